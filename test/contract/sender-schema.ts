import { Ajv } from 'ajv';

// Twilio's Senders API as its description of messaging v2 tells it (twilio-oai, spec/json/twilio_messaging_v2.json, 218b782).

const text = { type: ['string', 'null'] };
const exactly = (properties: object, more: object = {}) => ({
  ...{ type: 'object', additionalProperties: false, required: Object.keys(properties) },
  ...{ properties },
  ...more,
});
const webhook = exactly(
  {
    callback_url: text,
    callback_method: { enum: ['POST', 'PUT', null] },
    fallback_url: text,
    fallback_method: { enum: ['POST', 'PUT', null] },
    status_callback_url: text,
    status_callback_method: text,
  },
  { type: ['object', 'null'] },
);
const STATUSES = ['CREATING', 'ONLINE', 'OFFLINE', 'PENDING_VERIFICATION', 'VERIFYING', 'ONLINE:UPDATING'];
const sender = exactly({
  sid: { type: 'string', pattern: '^XE[0-9a-fA-F]{32}$' },
  status: { enum: [...STATUSES, 'TWILIO_REVIEW', 'DRAFT', 'STUBBED'] },
  sender_id: text,
  friendly_name: text,
  configuration: { type: ['object', 'null'] },
  webhook,
  profile: { type: ['object', 'null'] },
  properties: { type: ['object', 'null'] },
  offline_reasons: {
    type: ['array', 'null'],
    items: exactly({ code: text, message: text, more_info: text }),
  },
  compliance: { type: ['object', 'null'] },
  url: text,
});
const meta = exactly({
  page: { type: 'integer' },
  page_size: { type: 'integer' },
  first_page_url: { type: 'string' },
  previous_page_url: text,
  url: { type: 'string' },
  next_page_url: text,
  key: { const: 'senders' },
});

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validate = {
  one: ajv.compile(sender),
  list: ajv.compile(exactly({ senders: { type: 'array', items: sender }, meta })),
};

/** What is wrong with an answer of the Senders API, a line each; nothing when it is as Twilio says. */
export function senderFaults(kind: 'one' | 'list', answer: unknown): string[] {
  validate[kind](answer);
  return (validate[kind].errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
