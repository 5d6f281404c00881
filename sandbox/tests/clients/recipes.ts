/** How builds in a language are made, whatever they are for. */
import { join } from "node:path";
import type { Build } from "./builds";

/** A Python with packages. @param requirements file that names them with their versions, and perhaps their hashes */
export function pythonBuild(name: string, requirements: string): Build {
  return {
    name,
    tools: {
      // Some systems have Python without them.
      "python3 with venv": ["python3", "-c", "import ensurepip, venv, sys; print(sys.version)"],
    },
    sources: [requirements],
    fetch: (folder) => [
      ["python3", "-m", "venv", "--clear", folder],
      [
        join(folder, "bin", "python"),
        ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
        ...["-r", requirements],
      ],
    ],
    commands: () => [],
  };
}

/** A program of one class, and in `jars` what its `pom.xml` names. @param folder where both are */
export function javaBuild(name: string, folder: string, program: string): Build {
  const pom = join(folder, "pom.xml");
  const source = join(folder, `${program}.java`);
  return {
    name,
    tools: { java: ["javac", "-version"], mvn: ["mvn", "--version"] },
    sources: [source, pom],
    fetch: (target) => [
      [
        ...(["mvn", "--batch-mode", "--quiet", "--file", pom] as const),
        "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
        `-DoutputDirectory=${join(target, "jars")}`,
        // Two builds may run at once, and Maven's own store of a user is not made for two writers.
        `-Dmaven.repo.local=${join(target, "maven")}`,
      ],
    ],
    commands: (target) => [
      [...(["javac", "-cp", join(target, "jars", "*"), "-d", target] as const), source],
    ],
  };
}
