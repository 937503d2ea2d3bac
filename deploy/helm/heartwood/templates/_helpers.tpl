{{- define "heartwood.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "heartwood.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{ include "heartwood.selector" . }}
{{- end }}

{{- define "heartwood.selector" -}}
app.kubernetes.io/name: heartwood
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "heartwood.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "heartwood.name" .) -}}
{{- end }}

{{- define "heartwood.archives" -}}
{{- with .Values.settings.HEARTWOOD_ARCHIVE }}{{ if ne . "off" }}yes{{ end }}{{ end -}}
{{- end }}

{{/* The apps of this release, each with its port. */}}
{{- define "heartwood.apps" -}}
ingest: 4318
indexer: 4322
query: 4321
alerter: 4323
web: 3000
{{- if include "heartwood.archives" . }}
archiver: 4326
{{- end }}
{{- end }}

{{/*
The pod of an app. Takes root, app, port, and what the app has of its own: storage (the source of its data volume, none where a
claim template makes it), mounts, volumes, env.
*/}}
{{- define "heartwood.pod" -}}
{{- $values := .root.Values }}
metadata:
  labels:
    {{- include "heartwood.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .app }}
  annotations:
    # A change of the settings is a change of the pod.
    checksum/settings: {{ include (print .root.Template.BasePath "/configmap.yaml") .root | sha256sum }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "heartwood.serviceAccount" .root }}
  automountServiceAccountToken: false
  # Kubernetes would set HEARTWOOD_INGEST_PORT and its like to addresses of services, which are settings of ours.
  enableServiceLinks: false
  terminationGracePeriodSeconds: 30
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: {{ .app }}
      image: "{{ $values.image.repository }}:{{ $values.image.tag | default .root.Chart.AppVersion }}"
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: [run, {{ .app }}]
      ports:
        - name: http
          containerPort: {{ .port }}
      envFrom:
        - configMapRef:
            name: {{ include "heartwood.name" .root }}
      env:
        - name: HEARTWOOD_INSTANCE
          valueFrom: { fieldRef: { fieldPath: metadata.name } }
        # Where the other apps reach this one.
        - name: HEARTWOOD_INTERNAL_HOST
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
        {{- range $variable, $secret := dict
          "HEARTWOOD_ACCESS_TOKEN" (dict "key" "access-token")
          "HEARTWOOD_INTERNAL_TOKEN" (dict "key" "internal-token")
          "DATABASE_URL" (dict "key" "database-url")
          "KAFKA_PASSWORD" (dict "key" "kafka-password" "optional" true)
          "ELASTICSEARCH_API_KEY" (dict "key" "elasticsearch-api-key" "optional" true)
          "ELASTICSEARCH_PASSWORD" (dict "key" "elasticsearch-password" "optional" true)
          "AWS_ACCESS_KEY_ID" (dict "key" "aws-access-key-id" "optional" true)
          "AWS_SECRET_ACCESS_KEY" (dict "key" "aws-secret-access-key" "optional" true) }}
        - name: {{ $variable }}
          valueFrom:
            secretKeyRef:
              name: {{ $values.existingSecret }}
              key: {{ $secret.key }}
              {{- if $secret.optional }}
              optional: true
              {{- end }}
        {{- end }}
        {{- with .env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- if $values.certificateAuthority.configMap }}
        - name: NODE_EXTRA_CA_CERTS
          value: /etc/heartwood/ca/ca.crt
        {{- end }}
      startupProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        periodSeconds: 5
        timeoutSeconds: 3
      lifecycle:
        # Until nobody is sent here any more.
        preStop: { sleep: { seconds: 5 } }
      resources:
        {{- toYaml (index $values .app).resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - name: data
          mountPath: /var/lib/heartwood
        - name: tmp
          mountPath: /tmp
        {{- if $values.certificateAuthority.configMap }}
        - name: ca
          mountPath: /etc/heartwood/ca
          readOnly: true
        {{- end }}
        {{- with .mounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {}
    {{- with .storage }}
    - name: data
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with $values.certificateAuthority.configMap }}
    - name: ca
      configMap: { name: {{ . }} }
    {{- end }}
    {{- with .volumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "heartwood.selector" .root | nindent 10 }}
          app.kubernetes.io/component: {{ .app }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
