/** One order to stop, and the second one. */
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { given, listenForStopOrders } from '../../../src/cli/daemon/stop-orders.ts';

function listen() {
  const process = new EventEmitter();
  let time = 5_000;
  const orders = listenForStopOrders(process, () => time);
  return { process, orders, pass: (ms: number) => void (time += ms) };
}

it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'])('stops for %s', async (event) => {
  const { process, orders } = listen();
  expect(orders.stop.aborted).toBe(false);
  process.emit(event);
  await given(orders.stop);
  expect(orders.stopNow.aborted).toBe(false);
});

it('takes what comes within a second for the same order, as Ctrl-C arrives more than once', () => {
  const { process, orders, pass } = listen();
  process.emit('SIGINT');
  process.emit('SIGINT');
  pass(999);
  process.emit('SIGTERM');
  expect(orders.stopNow.aborted).toBe(false);
});

it('stops at once for an order after a second', async () => {
  const { process, orders, pass } = listen();
  process.emit('SIGTERM');
  pass(1_000);
  process.emit('SIGINT');
  await given(orders.stopNow);
});

it('listens no longer than it is used', () => {
  const { process, orders } = listen();
  orders[Symbol.dispose]();
  expect(process.eventNames()).toEqual([]);
});
