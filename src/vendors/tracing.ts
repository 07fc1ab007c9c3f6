import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { AppError, describeError } from '../domain/errors.ts';
import type { Log, Span, SpanAttributes, Tracer } from '../ports.ts';

const SERVICE_NAME = 'comptoir';
/** What is left when the shop stops is sent, but a collector that is away holds nobody up. */
const LAST_SEND_MS = 2_000;
/** Of one batch, tries again included. */
const TIMEOUT_MS = 10_000;

const nothingNoted: Span = { rename() {}, note() {}, fail() {} };
/** Where no traces are wanted: only does what it is given. */
export const untraced: Tracer = { isOn: false, span: (_what, act) => act(nothingNoted) };

export type TracingSettings = { endpoint: string | undefined; log: Log; timeoutMs?: number };
export type Tracing = {
  tracer: Tracer;
  /** Sends what is not sent yet, for two seconds at most; never throws. */
  stop(): Promise<void>;
};

/**
 * Traces by OTLP over HTTP, as JSON, to the collector at `endpoint`; without one nothing of OpenTelemetry's SDK is even
 * loaded. Sent in the background every five seconds, 2,048 spans waiting at most: beyond that, and when the collector
 * is away, spans are lost and nothing else.
 */
export async function openTracing({ endpoint, log, timeoutMs = TIMEOUT_MS }: TracingSettings): Promise<Tracing> {
  if (!endpoint) return { tracer: untraced, stop: async () => {} };
  const [{ ROOT_CONTEXT, SpanKind, SpanStatusCode, trace }, sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = tellingOfLosses(
    new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: timeoutMs }),
    log,
  );
  const provider = new sdk.TracerProvider({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': SERVICE_NAME }))
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, exportTimeoutMillis: timeoutMs + 1_000 })],
  });
  // Never registered globally: libraries that find a provider there (better-auth, prom-client) would add spans of their
  // own, and what they say of people is not ours to know.
  const spans = provider.getTracer(SERVICE_NAME);
  const around = new AsyncLocalStorage<Context>();
  const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT };
  return {
    tracer: {
      isOn: true,
      span({ name, kind, attributes = {} }, act) {
        const outer = around.getStore() ?? ROOT_CONTEXT;
        const span = spans.startSpan(name, { attributes, ...(kind && { kind: kinds[kind] }) }, outer);
        const fail = (type: string) => {
          span.setAttribute('error.type', type);
          span.setStatus({ code: SpanStatusCode.ERROR });
        };
        const noted: Span = {
          rename: (better) => void span.updateName(better),
          note: (more: SpanAttributes) => void span.setAttributes(more),
          fail,
        };
        return around.run(trace.setSpan(outer, span), async () => {
          try {
            return await act(noted);
          } catch (error) {
            fail(typeOf(error));
            throw error;
          } finally {
            span.end();
          }
        });
      },
    },
    async stop() {
      const tooLate = new Promise<void>((resolve) => setTimeout(resolve, LAST_SEND_MS).unref());
      // What was lost is said by the exporter.
      await Promise.race([provider.shutdown().catch(() => {}), tooLate]);
    },
  };
}

/** Never the message, which may quote what somebody wrote. */
const typeOf = (error: unknown): string =>
  error instanceof AppError ? error.code : error instanceof Error ? error.name : 'unknown';

const LOST = 'traces are lost: the collector at OTEL_EXPORTER_OTLP_ENDPOINT does not take them';

/** Says once that spans are lost, and once that they arrive again: the SDK itself is silent. */
function tellingOfLosses(exporter: SpanExporter, log: Log): SpanExporter {
  let isLosing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        // 0 is ExportResultCode.SUCCESS.
        const isLost = result.code !== 0;
        if (isLost && !isLosing) log.warn({ error: describeError(result.error) }, LOST);
        if (!isLost && isLosing) log.info({}, 'the collector takes traces again');
        isLosing = isLost;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
