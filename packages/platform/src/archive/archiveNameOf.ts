import { TenantSlug } from "@innkeeper/config"
import { DateTime } from "effect"
import { SecureRandom } from "effect/crypto"
import type { ArchiveHeader } from "./ArchiveFile.ts"
import { ArchiveName } from "./ArchiveStorage.ts"

/** A new name for an archive with the header. */
export const archiveNameOf = ({ at, slug }: Pick<ArchiveHeader, "at" | "slug">) =>
  ArchiveName.make(
    `${TenantSlug.make(slug)}.${DateTime.formatIso(at).replace(/\.\d+/, "").replaceAll(/[-:]/g, "")}.${
      SecureRandom.uuidV4Unsafe().slice(0, 8)
    }.jsonl.gz`
  )
