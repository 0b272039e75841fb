package dev.millrace.invocation.codec;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks for members that a document lacks although its records do not allow null there.
///
/// Every event of every call passes here, so what a record's class says is looked up once.
final class RequiredMembers {
    /// @param isNested whether a value of it may hold members of its own
    private record Member(String name, Method accessor, boolean isNullable, boolean isNested) {
        static Member of(RecordComponent component) {
            component.getAccessor().setAccessible(true);
            Class<?> type = component.getType();
            return new Member(
                    component.getName(),
                    component.getAccessor(),
                    component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                    type.isInterface() || type.isRecord() || !type.getName().startsWith("java."));
        }

        @Nullable
        Object of(Record document) {
            try {
                return accessor.invoke(document);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("records can be read", e);
            }
        }
    }

    private static final ClassValue<List<Member>> MEMBERS = new ClassValue<>() {
        @Override
        protected List<Member> computeValue(Class<?> type) {
            return Stream.of(type.getRecordComponents())
                    .filter(component -> !component.getType().isPrimitive())
                    .map(Member::of)
                    .filter(member -> member.isNested() || !member.isNullable())
                    .toList();
        }
    };

    private RequiredMembers() {}

    /// The name of the first member that is missing, in the value and in all that it holds.
    static Optional<String> firstMissing(Object value) {
        return Optional.ofNullable(find(value));
    }

    private static @Nullable String find(Object value) {
        return switch (value) {
            case Record document -> findIn(document);
            case Collection<?> all -> findInAll(all);
            case Map<?, ?> map -> findInAll(map.values());
            default -> null;
        };
    }

    private static @Nullable String findIn(Record document) {
        for (Member member : MEMBERS.get(document.getClass())) {
            Object value = member.of(document);
            String missing = value != null
                    ? (member.isNested() ? find(value) : null)
                    : (member.isNullable() ? null : member.name());
            if (missing != null) {
                return missing;
            }
        }
        return null;
    }

    private static @Nullable String findInAll(Collection<?> values) {
        for (Object each : values) {
            String missing = find(each);
            if (missing != null) {
                return missing;
            }
        }
        return null;
    }
}
