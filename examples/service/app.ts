/** The routes: a page, its events, and what its buttons do. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono, type MiddlewareHandler } from "hono";
import { streamSSE } from "hono/streaming";
import type { BackfillDesk } from "./backfill-desk";
import { errorEvent, Refusal } from "./errors";

const PAGES = {
  "/": ["page.html", "text/html; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
} as const;

/** Nothing from elsewhere, no script in the page itself, and nobody may lay a page of theirs over the buttons. */
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const OWN_HOST = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/**
 * Whoever gets here can approve what costs money, so that no page of somebody else's may send a browser here: neither under a name of
 * its own that it lets point to this machine (`Host`), nor from another origin (`Origin`, which browsers send with every POST).
 */
const fromOwnPage: MiddlewareHandler = async (context, next) => {
  const { method } = context.req;
  const host = context.req.header("Host") ?? "";
  const isRead = method === "GET" || method === "HEAD";
  const isOwn = isRead || context.req.header("Origin") === `http://${host}`;
  if (!OWN_HOST.test(host) || !isOwn) {
    return context.json({ message: "Only the service's own page may do this." }, 403);
  }
  return next();
};

export function createApp(desk: BackfillDesk): Hono {
  const app = new Hono();

  app.use(fromOwnPage);
  app.use(async (context, next) => {
    await next();
    context.header("Content-Security-Policy", CONTENT_POLICY);
  });
  app.onError((error, context) => {
    if (error instanceof Refusal) return context.json({ message: error.message }, 409);
    const { code, hint, message } = errorEvent(error);
    return context.json({ code, message, hint }, 500);
  });

  for (const [path, [file, type]] of Object.entries(PAGES)) {
    app.get(path, async (context) =>
      context.body(await readFile(join(__dirname, file)), 200, { "Content-Type": type }),
    );
  }

  // From the first one each time: a page that is loaded anew, or has lost its connection, shows what the others show.
  app.get("/events", (context) =>
    streamSSE(context, async (stream) => {
      const left = new AbortController();
      stream.onAbort(() => left.abort());
      for await (const event of desk.log.follow(left.signal)) {
        await stream.writeSSE({ data: JSON.stringify(event) });
      }
    }),
  );

  app.post("/start", (context) => {
    desk.start();
    return context.json({}, 202);
  });
  app.post("/approve/:planHash", (context) => {
    desk.approve(context.req.param("planHash"));
    return context.json({}, 202);
  });
  app.post("/cancel", async (context) => {
    await desk.cancel();
    return context.json({}, 202);
  });

  return app;
}
