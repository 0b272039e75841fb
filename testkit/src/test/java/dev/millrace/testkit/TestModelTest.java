package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestModelTest {
    @ParameterizedTest
    @EnumSource
    void hasAModelAndATestSetOfItsShape(TestModel model) {
        List<TestModel.Row> rows = model.rows();

        assertThat(model.model()).isNotEmptyFile();
        assertThat(model.manifest()).isNotEmptyFile();
        assertThat(model.probabilities()).isNotEmptyFile();
        int size = model.rowShape().stream().reduce(1, (a, b) -> a * b);
        assertThat(rows)
                .hasSizeGreaterThan(100)
                .allSatisfy(row -> assertThat(row.features()).hasSize(size));
    }

    @Test
    void repeatsEachPixelOfADigitInItsLargeImage() {
        float[] small = TestModel.DIGITS.rows().getFirst().features();
        float[] large = TestModel.DIGITS_HIRES.rows().getFirst().features();

        assertThat(large[0]).isEqualTo(small[0]);
        assertThat(large[14 * 2]).isEqualTo(small[2]);
        assertThat(large[112 * 14 * 3 + 14 * 4 + 13]).isEqualTo(small[8 * 3 + 4]);
    }
}
