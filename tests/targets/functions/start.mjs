import { createServer } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import './function.mjs';

// The platform gives each function a URL of its own; here one door leads to both.
const events = getTestServer('on-analytics-complete');
const sweep = getTestServer('sweep');
const door = createServer((request, response) =>
  (request.url === '/sweep' ? sweep : events).emit('request', request, response),
);
door.listen(Number(process.env['PORT']), '127.0.0.1', () => {
  console.error(`on-analytics-complete is up at http://127.0.0.1:${door.address().port}`);
});
