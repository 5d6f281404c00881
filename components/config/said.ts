/** What is said at all: a program may write a member and leave it undefined, which says nothing. */
export function said<Args extends object>(args: Args): Args {
  const members = Object.entries(args).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as Args;
}
