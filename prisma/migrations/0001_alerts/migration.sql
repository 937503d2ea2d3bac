-- Alert states and the outbox of notifications.

CREATE TYPE "alert_status" AS ENUM ('ok', 'pending', 'firing', 'resolved');

CREATE TABLE "alert_state" (
    "rule_id" TEXT NOT NULL,
    "group_value" TEXT NOT NULL,
    "status" "alert_status" NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "value" BIGINT,
    "evaluated_at" TIMESTAMPTZ(3),
    "notified_at" TIMESTAMPTZ(3),
    "unknown_since" TIMESTAMPTZ(3),
    "unknown_reason" TEXT,
    "unknown_notified_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_state_pkey" PRIMARY KEY ("rule_id", "group_value")
);

CREATE TYPE "notification_status" AS ENUM ('waiting', 'delivered', 'failed');

CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "rule_id" TEXT NOT NULL,
    "receiver" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "status" "notification_status" NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_attempt" TIMESTAMPTZ(3) NOT NULL,
    "delivered_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "notification_sequence_key" ON "notification"("sequence");
CREATE INDEX "notification_status_next_attempt_idx" ON "notification"("status", "next_attempt");
CREATE INDEX "notification_rule_id_sequence_idx" ON "notification"("rule_id", "sequence");
