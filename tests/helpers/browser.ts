/** A page in a real browser, driven by Playwright, which is a package of `examples/service/`. */

import { createRequire } from "node:module";

/** Of Playwright, what is used here. */
export interface Page {
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  click(selector: string): Promise<void>;
  isEnabled(selector: string): Promise<boolean>;
  textContent(selector: string): Promise<string | null>;
  evaluate(script: string): Promise<unknown>;
  emulateMedia(options: {
    colorScheme?: "light" | "dark";
    media?: "screen" | "print";
  }): Promise<void>;
  readonly keyboard: { press(key: string): Promise<void> };
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  waitForSelector(selector: string, options: { timeout: number }): Promise<unknown>;
  on(event: "pageerror", listener: (error: Error) => void): void;
  on(event: "request", listener: (request: { url(): string }) => void): void;
  on(event: "console", listener: (message: { type(): string; text(): string }) => void): void;
}

interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: {
    launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser>;
  };
}

/** `packages`: the folder with `node_modules` that has Playwright. */
export async function launchBrowser(packages: string, executablePath: string): Promise<Browser> {
  const { chromium } = createRequire(`${packages}/package.json`)("playwright-core") as Playwright;
  // The sandbox of the browser wants rights that root and containers do not have, and its memory more than containers share; the page
  // is our own.
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath, args });
}
