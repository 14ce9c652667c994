/** docs/monitoring.md, the dashboard and the alerts name the metrics that there are, and all of ours. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { idleMetrics } from '../helpers/idle-metrics.ts';
import { parseExposition, type Family } from '../helpers/exposition.ts';

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

async function exported(): Promise<Family[]> {
  const metrics = idleMetrics(() => 0);
  return [...parseExposition(await metrics.text()).values()];
}

/** The names of metrics in a query, as samples have them. */
const metricsIn = (query: string): string[] =>
  [...query.matchAll(/\b(?:hibernaut|nodejs|process)_\w+/g)].map(([name]) => name);

async function unknownIn(queries: string[]): Promise<string[]> {
  const samples = new Set(
    (await exported()).flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
  return queries.flatMap(metricsIn).filter((name) => !samples.has(name));
}

const dashboardSchema = z.object({
  title: z.string(),
  uid: z.string(),
  schemaVersion: z.number(),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })).min(1) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      datasource: z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') }).optional(),
      targets: z.array(z.object({ expr: z.string(), refId: z.string() })).optional(),
    }),
  ),
});

it('explains every metric that is exported, and none that is not', async () => {
  const explained = [...read('monitoring.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(explained.toSorted()).toEqual((await exported()).map(({ name }) => name).toSorted());
});

it('has a dashboard for any Prometheus, whose panels ask for metrics that there are, and do not overlap', async () => {
  const { panels, templating } = dashboardSchema.parse(JSON.parse(read('grafana/hibernaut.json')));
  expect(templating.list).toContainEqual({ name: 'datasource', type: 'datasource' });
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(15);
  expect(await unknownIn(queries)).toEqual([]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const [index, { gridPos: a, title }] of panels.entries()) {
    const over = panels
      .slice(index + 1)
      .filter(({ gridPos: b }) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h);
    expect([title, over.map((panel) => panel.title)]).toEqual([title, []]);
    expect(a.x + a.w).toBeLessThanOrEqual(24);
  }
});

it('has alerts on metrics that there are, each with what to do', async () => {
  const alerts = read('grafana/alerts.yml')
    .split(/^ {6}- alert: /m)
    .slice(1);
  expect(alerts.length).toBeGreaterThan(5);
  const fields = (alert: string) =>
    Object.fromEntries(
      [...alert.matchAll(/^ +(expr|for|severity|summary|description): (\S.*)$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    ) as Record<string, string | undefined>;
  for (const alert of alerts) {
    expect(Object.keys(fields(alert)).toSorted()).toEqual([
      'description',
      'expr',
      'for',
      'severity',
      'summary',
    ]);
  }
  expect(await unknownIn(alerts.map((alert) => fields(alert)['expr'] ?? ''))).toEqual([]);
});
