import type { ServiceName } from "../world/service-name";
import { AwsJson } from "./aws-json";
import { AwsQuery } from "./aws-query";
import type { Protocol } from "./protocol";
import { RestXml } from "./rest-xml";
import { RpcV2Cbor } from "./rpc-v2-cbor";
import { serviceModel, type ProtocolName, type ServiceModel } from "./service-models";

const protocols = new Map<ServiceName, Map<ProtocolName, Protocol>>();

/** The server's side of a protocol that a service speaks; by default the one that its SDK client uses. */
export function protocolOf(
  service: ServiceName,
  name: ProtocolName = serviceModel(service).protocol,
): Protocol {
  let ofService = protocols.get(service);
  if (ofService === undefined) protocols.set(service, (ofService = new Map()));
  let protocol = ofService.get(name);
  if (protocol === undefined) {
    protocol = makeProtocol(serviceModel(service), name);
    ofService.set(name, protocol);
  }
  return protocol;
}

function makeProtocol(model: ServiceModel, name: ProtocolName): Protocol {
  switch (name) {
    case "restXml":
      return new RestXml(model);
    case "awsQuery":
      return new AwsQuery(model);
    case "awsJson1_0":
    case "awsJson1_1":
      return new AwsJson(model, name);
    case "rpcV2Cbor":
      return new RpcV2Cbor(model);
  }
}
