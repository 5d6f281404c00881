// Loaded with `--require`: the clock of a driver that is wrong by LOCKSTEP_TEST_CLOCK_SHIFT_MS. Of the processes that inherit
// NODE_OPTIONS only the command line and mocha are meant: the engine's providers are programs of others.
const shiftMs = Number(process.env.LOCKSTEP_TEST_CLOCK_SHIFT_MS ?? "none");
if (Number.isNaN(shiftMs)) throw new Error("expected LOCKSTEP_TEST_CLOCK_SHIFT_MS to be a number");

const MEANT = /[\\/](lockstep\.m?js|_?mocha(\.js)?|mocha[\\/]lib[\\/]nodejs[\\/]worker\.js)$/;
if (MEANT.test(process.argv[1] ?? "")) {
  const RightDate = Date;
  const now = () => RightDate.now() + shiftMs;
  globalThis.Date = new Proxy(RightDate, {
    apply: () => new RightDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}
