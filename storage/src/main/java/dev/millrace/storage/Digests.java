package dev.millrace.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// MD5 as S3 uses it: as `Content-MD5` on the way in, as the ETag of an object written in one piece.
final class Digests {
    private static final Pattern PLAIN = Pattern.compile("[0-9a-f]{32}");
    private static final int CHUNK_BYTES = 1 << 20;

    private Digests() {}

    static byte[] md5(byte[] bytes) {
        return md5().digest(bytes);
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    static String base64(byte[] digest) {
        return Base64.getEncoder().encodeToString(digest);
    }

    static String md5(Path file) throws IOException {
        MessageDigest digest = md5();
        try (InputStream in = Files.newInputStream(file)) {
            var chunk = new byte[CHUNK_BYTES];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        }
        return hex(digest.digest());
    }

    static boolean isMd5(String etag) {
        return PLAIN.matcher(etag).matches();
    }

    /// The ETag of an object made of these parts, or the empty text when the store does not use MD5.
    static String ofParts(List<String> partEtags) {
        MessageDigest digest = md5();
        for (String etag : partEtags) {
            if (!isMd5(etag)) {
                return "";
            }
            digest.update(HexFormat.of().parseHex(etag));
        }
        return hex(digest.digest()) + "-" + partEtags.size();
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
