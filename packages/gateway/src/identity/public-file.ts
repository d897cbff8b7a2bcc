// Where services find the gateway's public keys, in its directory.

/** The file that services read: the setting `gateway.keySet` of the social service. */
export const PUBLIC_FILE = "identity-keys.public.json"
