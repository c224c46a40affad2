/** `count` of the items, always the same ones for a seed, in their order. */
export function sampleOf<T>(items: readonly T[], count: number, seed: number): T[] {
  // A linear congruential generator (Numerical Recipes): any spread is good enough.
  let state = seed;
  const ranked = items.map((item, index) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return { item, index, rank: state };
  });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}
