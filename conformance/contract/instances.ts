/** Which component an instance is of, and which of its instances, counting from 1. */
export interface Instance {
  readonly component: string;
  readonly replica: number;
}

/** Name an instance of a component: the first as the component, the second `NAME#2`. */
export function instanceName(component: string, replica: number): string {
  return replica === 1 ? component : `${component}#${replica}`;
}

/** Read the name of an instance. */
export function instanceOf(name: string): Instance {
  const [component = name, replica = '1'] = name.split('#');
  return { component, replica: Number(replica) };
}
