import type { ErrorRequestHandler } from 'express';

/** A refusal as Twilio words it. The codes are in Twilio's error dictionary, https://www.twilio.com/docs/api/errors */
export class TwilioError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const answerTwilioError: ErrorRequestHandler = (error, _request, response, next) => {
  if (!(error instanceof TwilioError)) return next(error);
  response.status(error.status).json({
    code: error.code,
    message: error.message,
    more_info: `https://www.twilio.com/docs/errors/${error.code}`,
    status: error.status,
  });
};
