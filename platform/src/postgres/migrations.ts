/** The numbered forward-only `.sql` files of one schema's owner, and those in `repeatable`, which run at each start. */
export interface Migrations {
  /** The schema they make; which of them ran is kept in `att_migrations_<schema>`. */
  schema: string;
  directory: string;
  /** Table that this schema has, and another schema of the same name has not. */
  mark: string;
  /**
   * Conditions in SQL by migration, each of which holds where it ran: for a schema that was restored alone, and
   * without its comment.
   */
  signs: Record<string, string>;
  /** Advice for an older release where a newer one has been; a sentence's end. */
  wayBack: string;
}
