import { expect, it } from 'vitest';
import { isDriverFault } from './driver-fault';

it('knows the driver’s fault from any other error', () => {
  const fault = new TypeError("Cannot read properties of null (reading 'write')");
  fault.stack = `${fault.message}\n    at Immediate.nextWrite (/x/node_modules/postgres/src/connection.js:255:22)`;
  expect(isDriverFault(fault)).toBe(true);
  expect(isDriverFault(new TypeError("Cannot read properties of null (reading 'write')"))).toBe(false);
  expect(isDriverFault(new Error('other'))).toBe(false);
  expect(isDriverFault(null)).toBe(false);
});
