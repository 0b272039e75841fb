package dev.millrace.identity;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A signature as a request brings it, in its `Authorization` header or in its query. Read, not yet
/// checked.
///
/// @param date of the scope, `yyyyMMdd`
/// @param at when it was signed, as written; what the scope's date must begin
/// @param signedHeaders in lower case, sorted
/// @param value 64 lower-case hexadecimal digits, or anything else when it is wrong
/// @param securityToken that comes with it, or null; the signature is over it
/// @param lifetime of a presigned request, or null for one signed in its header
record Signature(
        String accessKeyId,
        String date,
        String region,
        String service,
        String at,
        List<String> signedHeaders,
        String value,
        @Nullable String securityToken,
        @Nullable Duration lifetime) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String IN_QUERY = "X-Amz-Signature";

    private static final String SECURITY_TOKEN = "X-Amz-Security-Token";

    private static final String END_OF_SCOPE = "aws4_request";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final int MAX_LIFETIME_SECONDS = 604_800;
    private static final int MAX_SIGNED_HEADERS = 100;

    /// @param authorization the header's value
    static Signature ofHeader(SignedRequest request, String authorization) {
        Map<String, String> parts = new HashMap<>();
        for (String part : authorization.substring(ALGORITHM.length()).split(",")) {
            String[] pair = part.strip().split("=", 2);
            if (pair.length != 2 || parts.put(pair[0], pair[1]) != null) {
                throw incomplete("Authorization header: expected Credential, SignedHeaders and Signature.");
            }
        }
        String at = request.only("x-amz-date");
        if (at == null) {
            throw incomplete("Authorization header requires the existence of an 'X-Amz-Date' header.");
        }
        List<String> tokens = request.headers().getOrDefault(SECURITY_TOKEN.toLowerCase(Locale.ROOT), List.of());
        if (tokens.size() > 1) {
            throw incomplete("The header " + SECURITY_TOKEN + " is given more than once.");
        }
        return of(
                part(parts, "Credential"),
                part(parts, "SignedHeaders"),
                part(parts, "Signature"),
                at,
                tokens.isEmpty() ? null : tokens.getFirst(),
                null);
    }

    static Signature ofQuery(SignedRequest request) {
        Map<String, String> parts = new HashMap<>();
        for (String pair : request.query().split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0
                    && pair.startsWith("X-Amz-")
                    && parts.put(pair.substring(0, equals), PercentCode.text(pair.substring(equals + 1))) != null) {
                throw incomplete("Query: " + pair.substring(0, equals) + " is given more than once.");
            }
        }
        if (!part(parts, "X-Amz-Algorithm").equals(ALGORITHM)) {
            throw incomplete("Query: X-Amz-Algorithm must be " + ALGORITHM + ".");
        }
        return of(
                part(parts, "X-Amz-Credential"),
                part(parts, "X-Amz-SignedHeaders"),
                part(parts, IN_QUERY),
                part(parts, "X-Amz-Date"),
                parts.get(SECURITY_TOKEN),
                lifetime(part(parts, "X-Amz-Expires")));
    }

    private static Signature of(
            String credential,
            String signedHeaders,
            String value,
            String at,
            @Nullable String securityToken,
            @Nullable Duration lifetime) {
        String[] scope = credential.split("/", -1);
        if (scope.length != 5 || !scope[4].equals(END_OF_SCOPE)) {
            throw incomplete("Credential must be <key>/<date>/<region>/<service>/" + END_OF_SCOPE + ".");
        }
        List<String> names = List.of(signedHeaders.split(";"));
        boolean isSorted = names.equals(names.stream()
                .map(each -> each.toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList());
        if (names.size() > MAX_SIGNED_HEADERS || !isSorted || !names.contains("host")) {
            throw incomplete("SignedHeaders must be in lower case, sorted, and include host.");
        }
        return new Signature(scope[0], scope[1], scope[2], scope[3], at, names, value, securityToken, lifetime);
    }

    /// When it was signed.
    Instant time() {
        try {
            return LocalDateTime.parse(at, TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException _) {
            throw incomplete("X-Amz-Date must have the form 20261121T093000Z.");
        }
    }

    String scope() {
        return date + "/" + region + "/" + service + "/" + END_OF_SCOPE;
    }

    private static String part(Map<String, String> parts, String name) {
        String value = parts.get(name);
        if (value == null || value.isEmpty()) {
            throw incomplete("The signature requires '" + name + "'.");
        }
        return value;
    }

    private static Duration lifetime(String text) {
        boolean isNumber = text.length() <= 6 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int seconds = isNumber ? Integer.parseInt(text) : 0;
        if (seconds < 1 || seconds > MAX_LIFETIME_SECONDS) {
            throw incomplete("X-Amz-Expires must be from 1 to " + MAX_LIFETIME_SECONDS + " seconds.");
        }
        return Duration.ofSeconds(seconds);
    }

    private static PlatformException incomplete(String message) {
        return new PlatformException(ErrorCode.INCOMPLETE_SIGNATURE, message);
    }
}
