/** The id in `AzureMlSecret=UUID`, the spelling of configuration files. */
export function secretIdOf(reference: string): string {
  return reference.replace(/^AzureMlSecret=/i, '').toLowerCase();
}
