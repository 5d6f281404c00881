"use strict";
// The one loader of our TypeScript in a clone: `require` of this file lets the process load it. For the command line, the
// plugin, tests, benches and scripts. What is installed as a package is built already and needs no loader.
const Module = require("node:module");
const { join, sep } = require("node:path");

// The AWS SDK warns on Node 20 about releases to come; our versions are pinned. Only this one warning is left out.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const loadPackageFile = Module._extensions[".js"];

// tsx takes `paths` from it, in whatever folder the process works. It is ours alone: a child may have a project of its own.
process.env.TSX_TSCONFIG_PATH = join(__dirname, "..", "tsconfig.json");
const { register } = require("tsx/cjs/api");
register();
delete process.env.TSX_TSCONFIG_PATH;

// Packages are JavaScript already. tsx would read through each of their files, which is most of the time of a start.
const loadOwnFile = Module._extensions[".js"];
const packages = `${sep}node_modules${sep}`;
const forSerializer = [
  join(packages, "@pulumi", "pulumi", "typescript-shim.js"),
  join(packages, "@npmcli", "arborist", "lib", "index.js"),
];
Module._extensions[".js"] = (module, file) => {
  if (forSerializer.some((path) => file.endsWith(path))) loadWhenUsed(module, file);
  else (file.includes(packages) ? loadPackageFile : loadOwnFile)(module, file);
};

// Pulumi needs the compiler of TypeScript and npm's tree of packages for functions that a program lets it serialize, and no program of
// ours does. To load them is half of what each process that runs a program does before it begins.
function loadWhenUsed(module, file) {
  let isLoaded = false;
  const load = () => {
    if (!isLoaded) loadPackageFile(module, file);
    isLoaded = true;
    return module.exports;
  };
  module.exports = new Proxy(
    {},
    // Who imports all of a module takes it as it is then, and asks for no names.
    { get: (_, name) => name === "__esModule" || load()[name] },
  );
}
