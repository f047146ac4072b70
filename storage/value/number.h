// Number: DynamoDB's decimal number, exact.
//
// Up to 38 significant digits, magnitude 1E-130 … 9.9999999999999999999999999999999999999E+125, or zero.
// Invariants: normalised (the coefficient has no trailing decimal zero; zero is 0E0 and never negative), so equal
// numbers are equal member by member.
// Source: Amazon DynamoDB developer guide, "Data types", and its limits page.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/result.h"

namespace drydock::storage {

__extension__ using Uint128 = unsigned __int128;

class Number {
public:
    static constexpr int kMaxDigits = 38;

    constexpr Number() = default;
    Number(std::int64_t value);  // NOLINT(google-explicit-constructor): integers are numbers

    // Decimal text as DynamoDB takes it ("-12.50", "1e3"). Fails with DynamoDB's validation messages.
    [[nodiscard]] static Result<Number> parse(std::string_view text);
    // value = coefficient × 10^exponent; fails when the value is out of range or needs over 38 digits.
    [[nodiscard]] static Result<Number> fromParts(bool negative, Uint128 coefficient, int exponent);

    // Plain decimal notation as DynamoDB returns it (no exponent).
    [[nodiscard]] std::string toString() const;
    void appendTo(std::string& text) const;
    // The value when it is an integer that fits, else nothing.
    [[nodiscard]] std::optional<std::int64_t> toInt64() const;
    [[nodiscard]] double toDouble() const;

    // Exact, or a validation error (overflow, underflow, more than 38 digits).
    [[nodiscard]] static Result<Number> add(const Number& a, const Number& b);
    [[nodiscard]] static Result<Number> subtract(const Number& a, const Number& b);

    [[nodiscard]] bool negative() const { return m_negative; }
    [[nodiscard]] Uint128 coefficient() const { return m_coefficient; }
    [[nodiscard]] int exponent() const { return m_exponent; }
    [[nodiscard]] bool isZero() const { return m_coefficient == 0; }
    [[nodiscard]] int digits() const;  // significant ones: those of the coefficient; none of zero

    friend bool operator==(const Number& a, const Number& b) = default;
    friend std::strong_ordering operator<=>(const Number& a, const Number& b);

private:
    Uint128 m_coefficient = 0;
    std::int16_t m_exponent = 0;
    bool m_negative = false;
};

}  // namespace drydock::storage
