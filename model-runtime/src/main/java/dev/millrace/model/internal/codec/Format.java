package dev.millrace.model.internal.codec;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The formats that tensors travel in.
public enum Format {
    /// Open Inference Protocol v2, or plain arrays on the way in.
    JSON("application/json"),
    /// Open Inference Protocol v2 with tensors after the JSON header, as Triton users send to SageMaker.
    BINARY("application/vnd.sagemaker-triton.binary+json"),
    CSV("text/csv"),
    NPY("application/x-npy"),
    /// The bytes of exactly one tensor.
    RAW("application/octet-stream");

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /// The content types of all formats, for messages.
    static String all() {
        return Arrays.stream(values()).map(Format::contentType).collect(Collectors.joining(", "));
    }

    static Optional<Format> ofContentType(String contentType) {
        return Arrays.stream(values())
                .filter(format -> format.contentType.equals(contentType))
                .findFirst();
    }
}
