// Writes a preview as the one comment of a pull request (GitHub) or merge request (GitLab): the first run makes it, later runs
// update it. They find it by its first line, the hidden marker, which names the stack.
// Usage: node comment.mjs FILE
import { readFile } from "node:fs/promises";

const env = process.env;

/** The comments of this pull or merge request, in the words of both. */
const forge =
  env.GITLAB_CI === "true"
    ? {
        list: `${env.CI_API_V4_URL}/projects/${env.CI_PROJECT_ID}/merge_requests/${env.CI_MERGE_REQUEST_IID}/notes`,
        one: (id) => `${forge.list}/${id}`,
        update: "PUT",
        headers: { "private-token": env.LOCKSTEP_COMMENT_TOKEN ?? "" },
      }
    : {
        list: `${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}/issues/${env.PULL_REQUEST}/comments`,
        one: (id) => `${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}/issues/comments/${id}`,
        update: "PATCH",
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${env.GITHUB_TOKEN ?? ""}`,
        },
      };

async function call(url, method = "GET", body = undefined) {
  const answer = await fetch(url, {
    method,
    headers: { ...forge.headers, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** All pages: the comment may be an old one. */
async function findComment(marker) {
  for (let page = 1; ; page++) {
    const comments = await (await call(`${forge.list}?per_page=100&page=${page}`)).json();
    const found = comments.find(({ body }) => body.startsWith(marker));
    if (found !== undefined || comments.length < 100) return found;
  }
}

const [file = "preview.md"] = process.argv.slice(2);
const body = await readFile(file, "utf8").catch(() => undefined);
if (body === undefined) {
  // The preview ended before it had a plan: its own output says why.
  console.log(`There is no ${file}, so no comment is written.`);
} else {
  const [marker] = body.split("\n");
  const comment = await findComment(marker);
  if (comment === undefined) await call(forge.list, "POST", { body });
  else await call(forge.one(comment.id), forge.update, { body });
  console.log(comment === undefined ? "The comment is made." : "The comment is updated.");
}
