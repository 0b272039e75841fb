package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.RefusedException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// In which formats one request comes and its answer goes, decided from its headers alone.
///
/// @param headerBytes the length of the JSON before the tensors; 0 unless the input is [Format#BINARY]
/// @param hasCsvHeader whether the first row of CSV names the columns
/// @param isAnswerChosen whether the caller asked for the answer's format, so that the body cannot change it
/// @param output the one output to answer with where a format holds one only; empty for the model's first
public record Exchange(
        Format input, int headerBytes, boolean hasCsvHeader, Format answer, boolean isAnswerChosen, String output) {
    /// @throws RefusedException with 415 or 406 for a type that is not spoken here
    public static Exchange of(@Nullable String contentType, @Nullable String accept) throws RefusedException {
        MediaType given = MediaType.parse(contentType == null ? Format.RAW.contentType() : contentType)
                .orElseThrow(() -> new RefusedException(415, "the content type is malformed"));
        Format input = Format.ofContentType(given.type())
                .orElseThrow(() -> new RefusedException(
                        415,
                        "content type " + given.type() + " is not supported (expected one of " + Format.all() + ")"));
        int headerBytes = input == Format.BINARY ? headerBytes(given) : 0;
        boolean hasCsvHeader = given.parameter("header", "absent").equals("present");
        if (accept == null || accept.isBlank()) {
            return new Exchange(input, headerBytes, hasCsvHeader, input, false, "");
        }
        return Arrays.stream(accept.split(",", 32))
                .map(MediaType::parse)
                .flatMap(Optional::stream)
                .filter(range -> range.quality() > 0)
                .sorted(Comparator.comparingDouble(MediaType::quality).reversed())
                .flatMap(range -> chosen(range, input)
                        .map(answer -> new Exchange(
                                input,
                                headerBytes,
                                hasCsvHeader,
                                answer,
                                !range.type().endsWith("*"),
                                range.parameter("output", "")))
                        .stream())
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        406, "no accepted type is supported (expected one of " + Format.all() + ")"));
    }

    private static Optional<Format> chosen(MediaType range, Format input) {
        return range.includes(input.contentType())
                ? Optional.of(input)
                : Arrays.stream(Format.values())
                        .filter(format -> range.includes(format.contentType()))
                        .findFirst();
    }

    private static int headerBytes(MediaType given) throws RefusedException {
        try {
            int bytes = Integer.parseInt(given.parameter("json-header-size", ""));
            if (bytes > 0) {
                return bytes;
            }
        } catch (NumberFormatException _) {
            // refused below, with the name of the parameter
        }
        throw RefusedException.badInput(
                "content type " + given.type() + ": json-header-size must be the length of the JSON");
    }
}
