package dev.millrace.model.internal.artifact;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The name of an archive's entry as a path that cannot leave the folder it is resolved in.
final class EntryName {
    private static final int MAX_SEGMENT_BYTES = 255;
    private static final int MAX_BYTES = 4_096;

    private EntryName() {}

    /// Where an entry goes: the folder itself for `./`.
    ///
    /// @throws PlatformException `MODEL_ERROR` for a name that is absolute, has `..`, or cannot be a file's
    static Path resolve(Path folder, String name) {
        if (name.length() > MAX_BYTES || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw unusable(name, "is longer than " + MAX_BYTES + " bytes");
        }
        if (name.startsWith("/")) {
            throw unusable(name, "is an absolute path");
        }
        Path path = folder;
        for (String segment : name.split("/", -1)) {
            if (segment.equals("..")) {
                throw unusable(name, "leads out of the archive");
            }
            if (segment.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\' || c == '\uFFFD')) {
                throw unusable(name, "has a character that no file name may have");
            }
            if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
                throw unusable(name, "has a part longer than " + MAX_SEGMENT_BYTES + " bytes");
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                path = path.resolve(segment);
            }
        }
        return path;
    }

    static PlatformException unusable(String name, String reason) {
        String shown = name.substring(0, Math.min(name.length(), 100)).replaceAll("\\p{Cntrl}", "?");
        return new PlatformException(ErrorCode.MODEL_ERROR, "the model archive's entry '" + shown + "' " + reason);
    }
}
