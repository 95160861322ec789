import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { definitionsPath, olderVersion } from '../rpc/definitions.ts';
import type { ServedService } from '../rpc/service.ts';
import { compileTemplate, type PathFields, type PathTemplate } from './template.ts';

/** One way to call one method over HTTP/1. */
export interface Route {
  /** `GET`, `PUT`, `POST`, `PATCH` or `DELETE`. */
  readonly verb: string;
  readonly template: PathTemplate;
  /** Which field the request's body is: `*` for the whole request, empty for none. */
  readonly body: string;
  readonly service: ServedService;
  readonly method: string;
  readonly request_type: protobuf.Type;
  readonly response_type: protobuf.Type;
  /** Whether the method answers with a stream, which is a list in JSON. */
  readonly streams: boolean;
}

/** A route that fits a request, and what its path says. */
export interface MatchedRoute {
  readonly route: Route;
  readonly path_fields: PathFields;
}

interface HttpRule {
  readonly get?: string;
  readonly put?: string;
  readonly post?: string;
  readonly patch?: string;
  readonly delete?: string;
  readonly body?: string;
  readonly additional_bindings?: HttpRule | readonly HttpRule[];
}

const VERBS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** Reads the routes of services from the google.api.http annotations of their definitions. */
export function routesOf(services: readonly ServedService[]): readonly Route[] {
  const roots = new Map<string, protobuf.Root>();
  const routes = services.flatMap((service) => {
    const path = definitionsPath(service.source);
    const root = roots.get(path) ?? protobuf.Root.fromJSON(JSON.parse(readFileSync(path, 'utf8')));
    roots.set(path, root);
    root.resolveAll();
    return root
      .lookupService(service.source.service_name)
      .methodsArray.flatMap((method) => bind(service, method));
  });
  // A path that ends in a verb also fits templates that end in any segment; the verb is what was meant.
  return [...routes].sort((a, b) => Number(b.template.has_verb) - Number(a.template.has_verb));
}

function bind(service: ServedService, method: protobuf.Method): readonly Route[] {
  method.resolve();
  const { resolvedRequestType, resolvedResponseType } = method;
  if (resolvedRequestType === null || resolvedResponseType === null) return [];
  const more: HttpRule | undefined = service.source.more_paths?.[method.name];
  const rules = [...httpRules(method), ...(more === undefined ? [] : [more])].flatMap((rule) => [
    rule,
    ...[rule.additional_bindings ?? []].flat(),
  ]);
  return rules.flatMap((rule) =>
    VERBS.flatMap((verb) => {
      const path = rule[verb];
      if (path === undefined) return [];
      const older = (service.source.older_versions ?? []).map((version) => olderVersion(path, version));
      return [path, ...older].map((each) => ({
        verb: verb.toUpperCase(),
        template: compileTemplate(each),
        body: rule.body ?? '',
        service,
        method: method.name,
        request_type: resolvedRequestType,
        response_type: resolvedResponseType,
        streams: method.responseStream === true,
      }));
    }),
  );
}

function httpRules(method: protobuf.Method): readonly HttpRule[] {
  const options: readonly Readonly<Record<string, HttpRule>>[] = [method.parsedOptions ?? []].flat();
  return options.flatMap((option) => option['(google.api.http)'] ?? []);
}

/**
 * Finds the route of a request.
 *
 * The annotations leave open whether `GET …/documents/games/a/notes` reads a document or lists a collection; the
 * number of segments decides, since a document's path has an even one.
 */
export function findRoute(routes: readonly Route[], verb: string, path: string): MatchedRoute | undefined {
  const fitting = routes.flatMap((route) => {
    const path_fields = route.verb === verb ? route.template.match(path) : undefined;
    return path_fields === undefined ? [] : [{ route, path_fields }];
  });
  return fitting.find(({ path_fields }) => !Object.values(path_fields).some(isCollection)) ?? fitting[0];
}

function isCollection(name: string): boolean {
  const below = /^projects\/[^/]+\/databases\/[^/]+\/documents\/(.+)$/.exec(name)?.[1];
  return below !== undefined && below.split('/').length % 2 === 1;
}

/** Lists the verbs that some route serves at a path, for the error about one that none serves. */
export function verbsAt(routes: readonly Route[], path: string): readonly string[] {
  const verbs = routes.filter(({ template }) => template.match(path) !== undefined).map(({ verb }) => verb);
  return [...new Set(verbs)];
}
