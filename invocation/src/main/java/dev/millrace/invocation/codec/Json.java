package dev.millrace.invocation.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerState;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/// The one JSON mapper for what travels between our own processes.
///
/// Ids, names and locations are plain strings, instants and durations ISO-8601, payloads base64; fields that
/// a reader
/// does
/// not know are ignored. A case of a sealed type carries its name in the field `type`.
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .changeDefaultPropertyInclusion(_ -> JsonInclude.Value.ALL_NON_NULL)
            .addModule(new SimpleModule("millrace")
                    .addSerializer(new AsText<>(InvocationId.class))
                    .addSerializer(new AsText<>(InferenceId.class))
                    .addSerializer(new AsText<>(EndpointName.class))
                    .addSerializer(new AsText<>(VariantName.class))
                    .addSerializer(new AsText<>(GenerationId.class))
                    .addSerializer(new AsText<>(BucketName.class))
                    .addSerializer(new AsText<>(ObjectLocation.class))
                    .addSerializer(new PayloadAsBase64())
                    .addDeserializer(InvocationId.class, new FromText<>(InvocationId.class, InvocationId::parse))
                    .addDeserializer(InferenceId.class, new FromText<>(InferenceId.class, InferenceId::new))
                    .addDeserializer(EndpointName.class, new FromText<>(EndpointName.class, EndpointName::new))
                    .addDeserializer(VariantName.class, new FromText<>(VariantName.class, VariantName::new))
                    .addDeserializer(GenerationId.class, new FromText<>(GenerationId.class, GenerationId::new))
                    .addDeserializer(BucketName.class, new FromText<>(BucketName.class, BucketName::new))
                    .addDeserializer(ObjectLocation.class, new FromText<>(ObjectLocation.class, ObjectLocation::parse))
                    .addDeserializer(Payload.class, new PayloadFromBase64()))
            .addMixIn(InvocationEvent.class, Typed.class)
            .addMixIn(WorkerState.class, Typed.class)
            .addMixIn(Destination.class, Typed.class)
            .build();

    private Json() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
    private interface Typed {}

    /// A codec for documents that are records of values this mapper knows.
    public static <T> Codec<T> codec(Class<T> type) {
        return new Codec<>() {
            @Override
            public byte[] encode(T document) {
                return MAPPER.writeValueAsBytes(document);
            }

            @Override
            public Optional<T> decode(byte[] bytes) {
                try {
                    return Optional.of(complete(MAPPER.readValue(bytes, type), type));
                } catch (InvalidTypeIdException _) {
                    return Optional.empty();
                } catch (JacksonException e) {
                    throw new PlatformException(
                            ErrorCode.VALIDATION_ERROR, "not a " + type.getSimpleName() + " document", e);
                }
            }
        };
    }

    /// A member that is missing is found here, and not by the reader that stumbles over it.
    private static <T> T complete(@Nullable T document, Class<T> type) {
        String what = "not a " + type.getSimpleName() + " document: ";
        if (document == null) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, what + "null");
        }
        RequiredMembers.firstMissing(document).ifPresent(member -> {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, what + member + " is missing");
        });
        return document;
    }

    private static final class AsText<T> extends StdSerializer<T> {
        AsText(Class<T> type) {
            super(type);
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeString(value.toString());
        }
    }

    private static final class FromText<T> extends StdDeserializer<T> {
        private final transient Function<String, T> parse;

        FromText(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser in, DeserializationContext context) {
            return parse.apply(in.getString());
        }
    }

    private static final class PayloadAsBase64 extends StdSerializer<Payload> {
        PayloadAsBase64() {
            super(Payload.class);
        }

        @Override
        public void serialize(Payload value, JsonGenerator out, SerializationContext context) {
            out.writeBinary(value.bytes());
        }
    }

    private static final class PayloadFromBase64 extends StdDeserializer<Payload> {
        PayloadFromBase64() {
            super(Payload.class);
        }

        @Override
        public Payload deserialize(JsonParser in, DeserializationContext context) {
            return Payload.of(in.getBinaryValue());
        }
    }
}
