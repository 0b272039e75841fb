package dev.millrace.model.internal.artifact;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.model.ArtifactLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/// Extracts plain files and folders, and refuses the archive for anything else in it.
///
/// What goes wrong on reading is the archive's fault and says so; what goes wrong on writing is an
/// `IOException`.
final class TarContents {
    /// Long names and PAX records are read into memory before anything can be judged.
    private static final long MAX_HEADER_BYTES = 1 << 20;

    private static final int SET_ID_BITS = 06000;

    private final TarArchiveInputStream tar;
    private final MeteredStream meter;
    private final ArtifactLimits limits;
    private final Path folder;
    private final byte[] buffer = new byte[1 << 16];

    TarContents(TarArchiveInputStream tar, MeteredStream meter, ArtifactLimits limits, Path folder) {
        this.tar = tar;
        this.meter = meter;
        this.limits = limits;
        this.folder = folder;
    }

    void extract() throws IOException {
        int entries = 0;
        for (TarArchiveEntry entry = next(); entry != null; entry = next()) {
            if (++entries > limits.maxEntries()) {
                throw unusable("has more than " + limits.maxEntries() + " entries");
            }
            extract(entry);
        }
        if (entries == 0) {
            throw unusable("is empty");
        }
        requireNothingBehind();
    }

    private @Nullable TarArchiveEntry next() {
        meter.allowHeader(MAX_HEADER_BYTES);
        try {
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry == null && meter.hasContent()) {
                throw unusable("is followed by something else");
            }
            return entry;
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(e);
        } finally {
            meter.allowAll();
        }
    }

    private void extract(TarArchiveEntry entry) throws IOException {
        String name = entry.getName();
        byte kind = entry.getLinkFlag();
        boolean isFile =
                kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM || kind == TarConstants.LF_CONTIG;
        if (!isFile && kind != TarConstants.LF_DIR) {
            throw EntryName.unusable(name, "is a link, a device or another special file");
        }
        if (entry.isSparse()) {
            throw EntryName.unusable(name, "is a sparse file");
        }
        Path path = EntryName.resolve(folder, name);
        try {
            if (entry.isDirectory()) {
                Files.createDirectories(path);
            } else if (path.equals(folder)) {
                throw EntryName.unusable(name, "has no name");
            } else if ((entry.getMode() & SET_ID_BITS) != 0) {
                throw EntryName.unusable(name, "asks to run as another user");
            } else {
                Files.createDirectories(path.getParent());
                write(entry, path);
            }
        } catch (FileAlreadyExistsException | NotDirectoryException _) {
            throw EntryName.unusable(name, "is there twice");
        }
    }

    private void write(TarArchiveEntry entry, Path path) throws IOException {
        try (OutputStream file = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
            long written = 0;
            for (int read = read(tar); read >= 0; read = read(tar)) {
                file.write(buffer, 0, read);
                written += read;
            }
            if (written != entry.getSize()) {
                throw EntryName.unusable(entry.getName(), "is cut short");
            }
        }
    }

    /// After its end an archive is padded with zeros; gzip checks its own end when it is read to there.
    private void requireNothingBehind() {
        for (int read = read(meter); read >= 0; read = read(meter)) {
            if (!isZero(read)) {
                throw unusable("is followed by something else");
            }
        }
    }

    private boolean isZero(int length) {
        return Arrays.equals(buffer, 0, length, new byte[length], 0, length);
    }

    private int read(InputStream from) {
        try {
            return from.read(buffer);
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private static PlatformException damaged(Exception cause) {
        return new PlatformException(ErrorCode.MODEL_ERROR, "the model archive is damaged or cut short", cause);
    }

    private static PlatformException unusable(String reason) {
        return new PlatformException(ErrorCode.MODEL_ERROR, "the model archive " + reason);
    }
}
