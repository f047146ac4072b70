#include <array>

#include "storage/expression/parser.h"
#include "storage/expression/token_cursor.h"

namespace drydock::storage {
namespace {

constexpr std::array<std::string_view, 5> kKeywords = {"BETWEEN", "IN", "AND", "OR", "NOT"};

constexpr Comparator kComparators[] = {Comparator::equal,       Comparator::notEqual, Comparator::less,
                                       Comparator::lessOrEqual, Comparator::greater,  Comparator::greaterOrEqual};

// Recursive descent. A parenthesis may open a condition or an operand, which shows only at its end; so operands are
// parsed as nodes too, and are refused where a condition is needed.
class ConditionParser {
public:
    ConditionParser(std::string_view text, std::string_view kind) : m_cursor(text, kind, kKeywords, true) {}

    Result<ConditionNode> parse() {
        DRYDOCK_ASSIGN(ConditionNode root, parseAny());
        DRYDOCK_TRY(requireCondition(root));
        DRYDOCK_TRY(m_cursor.finish());
        return root;
    }

private:
    // A function call may stand for a condition; whether this one may is checked later.
    Result<void> requireCondition(const ConditionNode& node) {
        if (node.kind == ConditionNode::Kind::operand && node.operands[0].kind != Operand::Kind::function)
            return m_cursor.syntaxError();
        return {};
    }

    Result<void> requireOperand(const ConditionNode& node) {
        if (node.kind != ConditionNode::Kind::operand) return m_cursor.syntaxError();
        return {};
    }

    Result<ConditionNode> parseAny() { return parseChain(ConditionNode::Kind::anyOf); }

    // a OR b OR c, or a AND b AND c.
    Result<ConditionNode> parseChain(ConditionNode::Kind kind) {
        const bool any = kind == ConditionNode::Kind::anyOf;
        const auto parseLink = [&] { return any ? parseChain(ConditionNode::Kind::allOf) : parseNegation(); };
        const std::string_view keyword = any ? "OR" : "AND";
        DRYDOCK_ASSIGN(ConditionNode first, parseLink());
        if (!isKeyword(m_cursor.peek(), keyword)) return first;
        ConditionNode chain;
        chain.kind = kind;
        DRYDOCK_TRY(requireCondition(first));
        chain.children.push_back(std::move(first));
        while (m_cursor.acceptKeyword(keyword)) {
            m_cursor.countOperator();
            DRYDOCK_ASSIGN(ConditionNode next, parseLink());
            DRYDOCK_TRY(requireCondition(next));
            chain.children.push_back(std::move(next));
        }
        return chain;
    }

    Result<ConditionNode> parseNegation() {
        if (!m_cursor.acceptKeyword("NOT")) return parseComparison();
        m_cursor.countOperator();
        DRYDOCK_TRY(m_cursor.enter());
        ConditionNode negation;
        negation.kind = ConditionNode::Kind::negation;
        DRYDOCK_ASSIGN(ConditionNode inner, parseNegation());
        DRYDOCK_TRY(requireCondition(inner));
        m_cursor.leave();
        negation.children.push_back(std::move(inner));
        return negation;
    }

    Result<ConditionNode> parseComparison() {
        DRYDOCK_ASSIGN(ConditionNode left, parsePrimary());
        ConditionNode node;
        if (isKeyword(m_cursor.peek(), "BETWEEN")) {
            DRYDOCK_TRY(requireOperand(left));
            node.kind = ConditionNode::Kind::between;
            DRYDOCK_ASSIGN(node.operands, parseBetween());
        } else if (isKeyword(m_cursor.peek(), "IN")) {
            DRYDOCK_TRY(requireOperand(left));
            node.kind = ConditionNode::Kind::in;
            m_cursor.advance();
            DRYDOCK_TRY(m_cursor.expect("("));
            DRYDOCK_ASSIGN(node.operands, m_cursor.parseOperandList());
        } else if (takeComparator(node.comparator)) {
            DRYDOCK_TRY(requireOperand(left));
            node.kind = ConditionNode::Kind::comparison;
            m_cursor.advance();
            DRYDOCK_ASSIGN(Operand right, m_cursor.parseOperand());
            node.operands.push_back(std::move(right));
        } else {
            return left;
        }
        m_cursor.countOperator();
        node.operands.insert(node.operands.begin(), std::move(left.operands[0]));
        return node;
    }

    // Only looks: the caller advances once it knows that the left side fits, so that an error names the comparator.
    bool takeComparator(Comparator& comparator) const {
        for (const Comparator candidate : kComparators) {
            if (!m_cursor.atSymbol(comparatorText(candidate))) continue;
            comparator = candidate;
            return true;
        }
        return false;
    }

    Result<std::vector<Operand>> parseBetween() {
        m_cursor.advance();
        std::vector<Operand> bounds;
        DRYDOCK_ASSIGN(Operand lower, m_cursor.parseOperand());
        if (!m_cursor.acceptKeyword("AND")) return m_cursor.syntaxError();
        DRYDOCK_ASSIGN(Operand upper, m_cursor.parseOperand());
        bounds.push_back(std::move(lower));
        bounds.push_back(std::move(upper));
        return bounds;
    }

    Result<ConditionNode> parsePrimary() {
        ConditionNode node;
        if (!m_cursor.atSymbol("(")) {
            DRYDOCK_ASSIGN(Operand operand, m_cursor.parseOperand());
            node.operands.push_back(std::move(operand));
            return node;
        }
        DRYDOCK_TRY(m_cursor.enter());
        m_cursor.advance();
        DRYDOCK_ASSIGN(node, parseAny());
        DRYDOCK_TRY(m_cursor.expect(")"));
        m_cursor.leave();
        if (node.parenthesised) m_cursor.noteRedundantParentheses();
        node.parenthesised = true;
        if (node.kind == ConditionNode::Kind::operand)
            DRYDOCK_TRY(m_cursor.parseGroupTail(node.operands[0], node.parenthesised));
        return node;
    }

    TokenCursor m_cursor;
};

}  // namespace

const char* comparatorText(Comparator comparator) {
    switch (comparator) {
        case Comparator::equal:
            return "=";
        case Comparator::notEqual:
            return "<>";
        case Comparator::less:
            return "<";
        case Comparator::lessOrEqual:
            return "<=";
        case Comparator::greater:
            return ">";
        case Comparator::greaterOrEqual:
            break;
    }
    return ">=";
}

Result<ConditionNode> parseCondition(std::string_view text, std::string_view kind) {
    DRYDOCK_TRY(checkExpressionSize(text, kind));
    return ConditionParser(text, kind).parse();
}

}  // namespace drydock::storage
