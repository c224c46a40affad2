/** Where the sandbox's live traffic is drawn; nothing for other databases. */
export function SandboxTraffic(_props: { readonly databaseId: string }) {
  return null;
}
