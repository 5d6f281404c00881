import { isObject, type Properties } from "../values";
import type { CloudControl } from "./cloud-control";
import { Converter } from "./convert";
import { sdkName } from "./names";
import { findTypeData, topLevel } from "./type-data";

/**
 * The function that looks up a resource of a type, `aws-native:s3:getBucket` for `aws-native:s3:Bucket`: its arguments are
 * the type's identifiers, its result is what Cloud Control answers.
 * @throws Error naming the function or the argument that there is not; ApiError `ResourceNotFoundException`
 */
export async function getResource(
  token: string,
  args: Properties,
  cloudControl: () => CloudControl,
): Promise<Properties> {
  const data = findTypeData(token.replace(/:get(?=[A-Z]\w*$)/, ":"));
  if (data === undefined || !/:get[A-Z]\w*$/.test(token)) {
    throw new Error(`The local aws-native provider does not have the function ${token}.`);
  }
  const names = topLevel(data.primaryIdentifier).map(sdkName);
  const refused = Object.keys(args).filter((name) => !names.includes(name));
  if (refused.length > 0) {
    throw new Error(`The local ${token} does not act on: ${refused.join(", ")}`);
  }
  const missing = names.filter((name) => args[name] === undefined);
  if (missing.length > 0) throw new Error(`${token} needs: ${missing.join(", ")}`);
  // Cloud Control joins the parts of an identifier so.
  const identifier = names.map((name) => String(args[name])).join("|");
  const model = await cloudControl().get(data.typeName, identifier);
  return camelCased(new Converter(data).fromCfn(model)) as Properties;
}

/**
 * The real function renames whatever it finds, documents too: the `Statement` of a policy is its `statement`. The keys of
 * conditions and tags are renamed likewise.
 * @see https://github.com/pulumi/pulumi-aws-native/blob/master/provider/pkg/naming/convert.go `SdkToCfn`, `CfnToSdk`
 */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [sdkName(name), camelCased(item)]),
  );
}
