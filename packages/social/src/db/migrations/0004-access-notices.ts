// Every process hears of it when a token is revoked or an account's rights change, whoever did it and how: the tables tell. It
// happens seldom, so that the lock that NOTIFY takes at the commit costs nothing that matters.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION tell_access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('aviary_access', TG_ARGV[0] || ':' || NEW.id);
      RETURN NULL;
    END $$`.execute(db)
  await sql`
    CREATE TRIGGER tell_revoked AFTER UPDATE OF revoked_at, scopes ON oauth_tokens FOR EACH ROW
    WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at OR OLD.scopes IS DISTINCT FROM NEW.scopes)
    EXECUTE FUNCTION tell_access_changed('token')`.execute(db)
  await sql`
    CREATE TRIGGER tell_rights AFTER UPDATE OF role, suspended_at ON accounts FOR EACH ROW
    WHEN (OLD.role IS DISTINCT FROM NEW.role OR OLD.suspended_at IS DISTINCT FROM NEW.suspended_at)
    EXECUTE FUNCTION tell_access_changed('account')`.execute(db)
}
