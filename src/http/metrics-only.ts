import type { RequestListener } from 'node:http';

/** For a process that has no web: its /metrics and nothing else. */
export function metricsOnly(page: () => Promise<{ contentType: string; body: string }>): RequestListener {
  return (req, res) => {
    if (req.url?.split('?')[0] !== '/metrics' || (req.method !== 'GET' && req.method !== 'HEAD')) {
      return void res.writeHead(404).end();
    }
    page().then(
      ({ contentType, body }) => res.writeHead(200, { 'Content-Type': contentType }).end(body),
      // Prometheus takes it as down, and asks again.
      () => res.writeHead(500).end(),
    );
  };
}
