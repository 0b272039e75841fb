package dev.millrace.invocation.codec;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks for members that a document lacks although its records do not allow null there.
final class RequiredMembers {
    private static final ClassValue<List<RecordComponent>> REFERENCES = new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
            List<RecordComponent> references = Stream.of(type.getRecordComponents())
                    .filter(component -> !component.getType().isPrimitive())
                    .toList();
            references.forEach(component -> component.getAccessor().setAccessible(true));
            return references;
        }
    };

    private RequiredMembers() {}

    /// The name of the first member that is missing, in the value and in all that it holds.
    static Optional<String> firstMissing(Object value) {
        return switch (value) {
            case Record document ->
                REFERENCES.get(document.getClass()).stream()
                        .flatMap(component -> missing(document, component).stream())
                        .findFirst();
            case Collection<?> all -> firstMissingOfAll(all);
            case Map<?, ?> map -> firstMissingOfAll(map.values());
            default -> Optional.empty();
        };
    }

    private static Optional<String> firstMissingOfAll(Collection<?> values) {
        return values.stream().flatMap(each -> firstMissing(each).stream()).findFirst();
    }

    private static Optional<String> missing(Record document, RecordComponent component) {
        @Nullable Object member = valueOf(document, component);
        if (member != null) {
            return firstMissing(member);
        }
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                ? Optional.empty()
                : Optional.of(component.getName());
    }

    private static @Nullable Object valueOf(Record document, RecordComponent component) {
        try {
            return component.getAccessor().invoke(document);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("records can be read", e);
        }
    }
}
