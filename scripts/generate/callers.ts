import type { Cloud } from './cloud.ts';

/**
 * List the service accounts that may call a component: that of the pushes where a subscription delivers to it, and that
 * of the schedules where one of them calls it or an endpoint is for an operator, who calls in the scheduler's name.
 */
export function callersOf(
  component: string,
  {
    subscriptions,
    schedules,
    endpoints,
    deployment,
  }: Pick<Cloud, 'subscriptions' | 'schedules' | 'endpoints' | 'deployment'>,
): readonly string[] {
  const { push, scheduler } = deployment.identities;
  const pushes = Object.values(subscriptions).filter((one) => one.component === component);
  const calls = [...Object.values(schedules), ...Object.values(deployment.fall_back.schedules)];
  const isPushed = (path: string): boolean => pushes.some(({ push_path }) => push_path === path);
  const isCalled =
    calls.some((one) => one.component === component) ||
    endpoints.some((one) => one.component === component && !isPushed(one.path));
  return [
    ...(pushes.length > 0 ? [push.service_account] : []),
    ...(isCalled ? [scheduler.service_account] : []),
  ];
}
