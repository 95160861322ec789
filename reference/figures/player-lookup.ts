/** Name a player as a source does; `player_id` is the source's number and unique. */
export type NamedPlayer = Readonly<{ player_id: number; first_name: string; last_name: string }>;

/**
 * Give every player the key by which all tables know him.
 *
 * The key is the name in lower-case letters and digits ("De'Anthony Melton" is `deanthonymelton`).
 * Players whose names come out alike all get their id behind a hyphen (`jaylinwilliams-17`), as does a
 * name of which nothing is left; a hyphen cannot occur in a plain key, so no two players share one.
 * Keys are given over the whole slate at once because a single file may show only one of two namesakes.
 */
export function assignPlayerLookups(players: readonly NamedPlayer[]): ReadonlyMap<number, string> {
  const namesakes = new Map<string, number>();
  for (const player of players) {
    const plain = plainName(player);
    namesakes.set(plain, (namesakes.get(plain) ?? 0) + 1);
  }
  return new Map(
    players.map((player) => {
      const plain = plainName(player);
      const isUnique = plain !== '' && namesakes.get(plain) === 1;
      return [player.player_id, isUnique ? plain : `${plain}-${player.player_id}`];
    }),
  );
}

function plainName(player: NamedPlayer): string {
  // NFKD splits an accented letter into the letter and a mark; the mark then goes with the punctuation.
  return `${player.first_name}${player.last_name}`
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
