"use strict";
// How both programs start, from a clone and from an installed package. Plain words that any Node reads: one that is too old is
// told so in one line.
var fs = require("fs");
var path = require("path");

var root = path.dirname(__dirname);
var loader = path.join(root, "scripts", "typescript.cjs");

/** A clone has its sources and their loader; what is installed has been built. */
exports.isClone = fs.existsSync(loader);

/** Answers the exports of one of our modules, named from the package's folder without its extension. */
exports.load = function load(name) {
  // The AWS SDK warns on Node 20 about releases to come; our versions are pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  // Compiled code is kept in the temporary folder, where Node can (22.1 and later).
  var enableCompileCache = require("module").enableCompileCache;
  if (enableCompileCache !== undefined) enableCompileCache();
  if (!exports.isClone) return require(path.join(root, "dist", name + ".js"));
  require(loader);
  return require(path.join(root, name + ".ts"));
};

/** Ends the process with one line when this Node is not supported. */
exports.requireSupportedNode = function requireSupportedNode() {
  var engines = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")).engines;
  if (exports.nodeSatisfies(process.versions.node, engines.node)) return;
  process.stderr.write(
    "Lockstep needs Node " +
      engines.node +
      "; this is " +
      process.versions.node +
      ". Install a supported Node and try again.\n",
  );
  // As EXIT.usage of automation/cli/exit-codes.ts.
  process.exit(2);
};

/** Understands the forms that our package.json uses: `^1.2.3`, `>=1`, joined by `||`. */
exports.nodeSatisfies = function nodeSatisfies(version, range) {
  var have = numbers(version);
  return range.split("||").some(function (part) {
    var match = /^(\^|>=)([\d.]+)$/.exec(part.trim());
    if (match === null)
      throw new Error("package.json: engines.node has a form not known here: " + part);
    var least = numbers(match[2]);
    var difference = have[0] - least[0] || have[1] - least[1] || have[2] - least[2];
    return difference >= 0 && (match[1] === ">=" || have[0] === least[0]);
  });
};

function numbers(text) {
  return text.split(".").map(Number).concat(0, 0).slice(0, 3);
}
