import { startRecordingServer } from './recording-server.ts';

type Sent = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  status: { code: number; message?: string };
};
type Request = {
  resourceSpans: {
    resource: { attributes: Sent['attributes'] };
    scopeSpans: { spans: Sent[] }[];
  }[];
};

const read = (attributes: Sent['attributes']) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));

/** A collector of traces over OTLP/HTTP in JSON, as OpenTelemetry's own takes them on port 4318. Close it in afterAll. */
export async function startOtlpCollector() {
  const server = await startRecordingServer(() => ({ json: { partialSuccess: {} } }));
  const batches = () => server.requests.map(({ body }) => JSON.parse(body) as Request);
  const spans = () =>
    batches().flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ resource, scopeSpans }) =>
        scopeSpans.flatMap((scope) =>
          scope.spans.map(({ attributes, ...span }) => ({
            ...span,
            attributes: read(attributes),
            service: read(resource.attributes)['service.name'],
          })),
        ),
      ),
    );
  return {
    ...server,
    spans,
    forget: () => void server.requests.splice(0),
    /** What happened within each span of that name, in the order it began: ["model respond", "tool search_products"]. */
    within: (name: string) =>
      spans()
        .filter((span) => span.name === name)
        .map((outer) =>
          spans()
            .filter((span) => span.parentSpanId === outer.spanId && span.traceId === outer.traceId)
            .map((span) => span.name),
        ),
    /** All that ever arrived, to be searched for what must not. */
    everything: () =>
      server.requests.map(({ path, headers, body }) => path + JSON.stringify(headers) + body).join('\n'),
  };
}
