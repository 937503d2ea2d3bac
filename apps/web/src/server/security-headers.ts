import type { ServerResponse } from 'node:http'

/**
 * Headers of every answer of the public port; returns the Content-Security-Policy. No source beyond this server is
 * allowed: log text that slipped through as markup could neither run nor load or send anything.
 */
export function addSecurityHeaders(
  response: ServerResponse,
  options: { nonce: string; dev: boolean },
): string {
  const csp = [
    "default-src 'none'",
    // React's development build evaluates code for its stack traces.
    `script-src 'self' 'nonce-${options.nonce}'${options.dev ? " 'unsafe-eval'" : ''}`,
    // Positions of rows and charts are style attributes, which a nonce cannot allow.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  response.setHeader('content-security-policy', csp)
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('x-frame-options', 'DENY')
  // Not `no-referrer`: under that browsers send `Origin: null` with the product's own forms.
  response.setHeader('referrer-policy', 'same-origin')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=()')
  return csp
}
