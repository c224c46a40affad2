/** Where the sandbox is offered. */
export function SandboxCard() {
  return null;
}
