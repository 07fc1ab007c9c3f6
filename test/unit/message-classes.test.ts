import { Socket } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import express from 'express';
import { messageClasses } from '../../src/http/message-classes.ts';
import { listen } from '../../src/roles.ts';

test('Express finds nothing to change in a request and its response: they are made as it would make them', async () => {
  const app = express();
  const { IncomingMessage, ServerResponse } = messageClasses(app);
  if (!IncomingMessage || !ServerResponse) throw new Error('an Express app has classes of its own');
  const request = new IncomingMessage(new Socket());
  expect(Object.getPrototypeOf(request)).toBe(app.request);
  expect(Object.getPrototypeOf(new ServerResponse(request))).toBe(app.response);
});

test('whoever listens with an Express app makes them so, and they are Express’s in all they do', async () => {
  const app = express();
  app.get('/:word', (req, res) => {
    res.status(201).json({ word: req.params.word, accepts: req.accepts('html', 'json'), app: req.app === app });
  });
  const web = await listen(app, 0, { host: '127.0.0.1' });
  const change = Object.setPrototypeOf;
  const changed: string[] = [];
  const sets = jest.spyOn(Object, 'setPrototypeOf').mockImplementation((object: object, prototype: object | null) => {
    if (Object.getPrototypeOf(object) !== prototype) changed.push(object.constructor.name);
    return change(object, prototype);
  });
  try {
    const answer = await fetch(`http://127.0.0.1:${web.port}/hello`, { headers: { accept: 'application/json' } });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ word: 'hello', accepts: 'json', app: true });
    // Express goes over both, and changes neither.
    expect(sets).toHaveBeenCalled();
    expect(changed).toEqual([]);
  } finally {
    sets.mockRestore();
    await web.close();
  }
});

test('who listens with a plain handler has Node’s', () => {
  expect(messageClasses(() => {})).toEqual({});
});
