// A small client whose every name and value the compiler holds to the types that openapi-typescript made of the contract.
import type {components, operations} from "./contract";

type Codes = components["schemas"];
type Body<Name extends keyof operations> = operations[Name] extends {
  requestBody?: {content: {"application/json": infer Sent}};
}
  ? Sent
  : never;
type Answer<Name extends keyof operations> = operations[Name] extends {
  responses: {200: {content: {"application/json": infer Told}}};
}
  ? Told
  : never;
type Refusal = Codes["Problem"];

const [service] = process.argv.slice(2);

async function post<Name extends keyof operations>(path: string, body: Body<Name>): Promise<Answer<Name> | Refusal> {
  const response = await fetch(`${service}${path}`, {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer<Name> | Refusal;
}

async function main(): Promise<void> {
  const setting: Codes["WorkSettingCode"][] = ["mobile_field", "client_room"];
  const language: Codes["Language"] = "nl";
  const profile: Codes["Profile"] = {
    work_setting: setting,
    login_tolerance: "low",
    device_access: "unknown",
    needs: ["quick_contact"],
  };
  const advice = await post<"recommend">(`/v1/recommendations?lang=${language}`, {profile});
  if (!("channels" in advice)) throw new Error(advice.detail);
  const first: Codes["Moment"] | undefined = advice.channels[0]?.moment;
  const verdict: Codes["VerdictCode"] = advice.verdict.code;

  const form = await post<"submitForm">("/v1/forms/kobotoolbox", {work_setting: "desk"});
  if (!("result" in form)) throw new Error(form.detail);

  const refused = await post<"recommend">("/v1/recommendations", {
    profile: {...profile, rhythm: "dayly" as Codes["RhythmCode"]},
  });
  if (!("errors" in refused)) throw new Error("nothing was refused");
  console.log(
    JSON.stringify({first, verdict, result: form.result, link: form.link, suggestion: refused.errors[0]?.suggestion}),
  );
}

void main();
