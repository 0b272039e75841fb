package dev.millrace.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The form of a request that AWS Signature Version 4 signs, for every service but S3: its path is
/// encoded a second time.
///
/// Source: AWS, "Create a signed AWS API request", step 1.
final class CanonicalRequest {
    private static final Pattern BLANKS = Pattern.compile(" +");
    private static final String UNRESERVED = "-._~";
    private static final String HEX = "0123456789ABCDEF";

    private CanonicalRequest() {}

    /// @param signedHeaders in lower case, sorted
    /// @param leftOut the parameter of the query that is not signed, or null
    static String of(SignedRequest request, List<String> signedHeaders, @Nullable String leftOut, String payloadHash) {
        var text = new StringBuilder(512)
                .append(request.method())
                .append('\n')
                .append(path(request.path()))
                .append('\n')
                .append(query(request.query(), leftOut))
                .append('\n');
        for (String name : signedHeaders) {
            text.append(name).append(':');
            List<String> values = request.headers().getOrDefault(name, List.of());
            for (int n = 0; n < values.size(); n++) {
                text.append(n == 0 ? "" : ",")
                        .append(BLANKS.matcher(values.get(n).strip()).replaceAll(" "));
            }
            text.append('\n');
        }
        return text.append('\n')
                .append(String.join(";", signedHeaders))
                .append('\n')
                .append(payloadHash)
                .toString();
    }

    /// Without dot segments and empty segments, each of the rest encoded once more.
    private static String path(String path) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/")) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(encoded(segment.getBytes(StandardCharsets.ISO_8859_1)));
            }
        }
        boolean isFolder = path.endsWith("/") && !segments.isEmpty();
        return "/" + String.join("/", segments) + (isFolder ? "/" : "");
    }

    private record Parameter(String name, String value) {}

    private static String query(String query, @Nullable String leftOut) {
        if (query.isEmpty()) {
            return "";
        }
        List<Parameter> parameters = new ArrayList<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            if (!pair.isEmpty() && !name.equals(leftOut)) {
                parameters.add(new Parameter(reencoded(name), reencoded(value)));
            }
        }
        parameters.sort(Comparator.comparing(Parameter::name).thenComparing(Parameter::value));
        return String.join(
                "&",
                parameters.stream()
                        .map(each -> each.name() + "=" + each.value())
                        .toList());
    }

    private static String reencoded(String text) {
        return encoded(PercentCode.decode(text));
    }

    private static String encoded(byte[] bytes) {
        var text = new StringBuilder(bytes.length);
        for (byte each : bytes) {
            char c = (char) (each & 0xFF);
            if (isUnreserved(c)) {
                text.append(c);
            } else {
                text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
            }
        }
        return text.toString();
    }

    private static boolean isUnreserved(char c) {
        boolean isLetter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        return isLetter || (c >= '0' && c <= '9') || UNRESERVED.indexOf(c) >= 0;
    }
}
