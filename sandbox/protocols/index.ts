import type { ServiceName } from "../operation";
import { AwsJson } from "./aws-json";
import { AwsQuery } from "./aws-query";
import type { Protocol } from "./protocol";
import { RestXml } from "./rest-xml";
import { serviceModel, type ServiceModel } from "./service-models";

const protocols = new Map<ServiceName, Protocol>();

/** The server's side of the protocol that a service speaks. */
export function protocolOf(service: ServiceName): Protocol {
  let protocol = protocols.get(service);
  if (protocol === undefined) {
    protocol = makeProtocol(serviceModel(service));
    protocols.set(service, protocol);
  }
  return protocol;
}

function makeProtocol(model: ServiceModel): Protocol {
  switch (model.protocol) {
    case "restXml":
      return new RestXml(model);
    case "awsQuery":
      return new AwsQuery(model);
    case "awsJson1_0":
    case "awsJson1_1":
      return new AwsJson(model);
  }
}
