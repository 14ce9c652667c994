/** The pictures of the machines, fetched when one is looked at. */
const loading = new Map();

/** @returns the SVG, or null if it can't be had now */
export function loadChart(machine) {
  const known = loading.get(machine);
  if (known) return known;
  const chart = fetch(`charts/${machine}.svg`)
    .then((response) => (response.ok ? response.text() : null))
    .catch(() => null)
    .then((svg) => {
      // Another look may have more luck.
      if (svg === null) loading.delete(machine);
      return svg;
    });
  loading.set(machine, chart);
  return chart;
}
