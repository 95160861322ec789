/** Name a player as a source does; `player_id` is the source's number and unique. */
export type NamedPlayer = Readonly<{ player_id: number; first_name: string; last_name: string }>;

/**
 * Give every player the key by which all tables know him.
 *
 * The key is the name in lower-case letters and digits ("De'Anthony Melton" is `deanthonymelton`), with a letter for
 * each letter: accents go, and letters that are no accented ones are spelled ("Đorđe Łoß" is `dordeloss`).
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
    .replace(/[^a-z0-9]/gu, (character) => plainLetter(character));
}

/** Letters of the Latin script that Unicode does not take apart, in lower case, as English papers print them. */
const UNDIVIDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ð: 'd',
  ø: 'o',
  þ: 'th',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ĸ: 'k',
  ł: 'l',
  ŋ: 'ng',
  œ: 'oe',
  ŧ: 't',
  ƀ: 'b',
  ƙ: 'k',
  ƴ: 'y',
  ǥ: 'g',
  ɓ: 'b',
  ɖ: 'd',
  ɗ: 'd',
  ɛ: 'e',
  ɣ: 'g',
  ɨ: 'i',
  ɲ: 'n',
  ɔ: 'o',
  ə: 'e',
  ƒ: 'f',
  ȷ: 'j',
  ǝ: 'e',
  ɩ: 'i',
  ʉ: 'u',
  ʋ: 'v',
};

/** A letter never vanishes: one that nobody has spelled above becomes its code point, such as `u0436` for ж. */
function plainLetter(character: string): string {
  const spelled = UNDIVIDED[character];
  if (spelled !== undefined) return spelled;
  if (!/[\p{L}\p{N}]/u.test(character) || /\p{Lm}/u.test(character)) return '';
  return `u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
