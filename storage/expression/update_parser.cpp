#include <array>

#include "storage/expression/parser.h"
#include "storage/expression/token_cursor.h"

namespace drydock::storage {
namespace {

constexpr std::string_view kUpdate = "UpdateExpression";
constexpr std::string_view kProjection = "ProjectionExpression";

constexpr std::array<std::string_view, 4> kKeywords = {"SET", "REMOVE", "ADD", "DELETE"};
constexpr UpdateAction::Kind kSections[] = {UpdateAction::Kind::set, UpdateAction::Kind::remove,
                                            UpdateAction::Kind::add,
                                            UpdateAction::Kind::erase};  // in the order of kKeywords

class UpdateParser {
public:
    explicit UpdateParser(std::string_view text) : m_cursor(text, kUpdate, kKeywords, false) {}

    Result<std::vector<UpdateSection>> parse() {
        std::vector<UpdateSection> sections;
        do {
            DRYDOCK_ASSIGN(UpdateSection section, parseSection());
            sections.push_back(std::move(section));
        } while (!m_cursor.atEnd());
        DRYDOCK_TRY(m_cursor.finish());
        return sections;
    }

private:
    Result<UpdateSection> parseSection() {
        UpdateSection section;
        std::size_t keyword = 0;
        while (keyword < kKeywords.size() && !m_cursor.acceptKeyword(kKeywords[keyword])) ++keyword;
        if (keyword == kKeywords.size()) return m_cursor.syntaxError();
        section.kind = kSections[keyword];
        do {
            DRYDOCK_ASSIGN(UpdateAction action, parseAction(section.kind));
            section.actions.push_back(std::move(action));
        } while (m_cursor.accept(","));
        return section;
    }

    Result<UpdateAction> parseAction(UpdateAction::Kind kind) {
        UpdateAction action;
        action.kind = kind;
        DRYDOCK_ASSIGN(action.target, m_cursor.parsePath());
        m_cursor.countOperator();
        if (kind == UpdateAction::Kind::set) {
            DRYDOCK_TRY(m_cursor.expect("="));
            bool grouped = false;
            DRYDOCK_ASSIGN(action.value, parseValue(grouped));
        } else if (kind != UpdateAction::Kind::remove) {
            if (m_cursor.peek().kind != Token::Kind::value) return m_cursor.syntaxError();
            DRYDOCK_ASSIGN(action.value, m_cursor.parseOperand());
        }
        return action;
    }

    // An operand, or the sum or difference of two, or either in parentheses (`grouped` then).
    Result<Operand> parseValue(bool& grouped) {
        Operand left;
        grouped = m_cursor.atSymbol("(");
        if (grouped) {
            DRYDOCK_TRY(m_cursor.enter());
            m_cursor.advance();
            bool doubled = false;
            DRYDOCK_ASSIGN(left, parseValue(doubled));
            DRYDOCK_TRY(m_cursor.expect(")"));
            m_cursor.leave();
            if (doubled) m_cursor.noteRedundantParentheses();
        } else {
            DRYDOCK_ASSIGN(left, m_cursor.parseOperand());
        }
        if (!m_cursor.atSymbol("+") && !m_cursor.atSymbol("-")) return left;
        // A sum is no operand of another one.
        if (left.function == Function::add || left.function == Function::subtract) return m_cursor.syntaxError();
        grouped = false;
        Operand sum;
        sum.kind = Operand::Kind::function;
        sum.text = m_cursor.peek().text;
        sum.function = sum.text == "+" ? Function::add : Function::subtract;
        m_cursor.advance();
        m_cursor.countOperator();
        DRYDOCK_ASSIGN(Operand right, m_cursor.parseOperand());
        sum.arguments.push_back(std::move(left));
        sum.arguments.push_back(std::move(right));
        return sum;
    }

    TokenCursor m_cursor;
};

}  // namespace

Result<std::vector<UpdateSection>> parseUpdate(std::string_view text) {
    DRYDOCK_TRY(checkExpressionSize(text, kUpdate));
    return UpdateParser(text).parse();
}

Result<std::vector<Operand>> parseProjection(std::string_view text) {
    DRYDOCK_TRY(checkExpressionSize(text, kProjection));
    TokenCursor cursor(text, kProjection, {}, false);
    std::vector<Operand> paths;
    do {
        DRYDOCK_ASSIGN(Operand path, cursor.parsePath());
        paths.push_back(std::move(path));
    } while (cursor.accept(","));
    DRYDOCK_TRY(cursor.finish());
    return paths;
}

}  // namespace drydock::storage
