#include <algorithm>

#include "storage/partiql/expression_writer.h"
#include "storage/partiql/values.h"
#include "storage/partiql/where.h"
#include "storage/store/key_bounds.h"

namespace drydock::storage::partiql {
namespace {

using Kind = Expr::Kind;

bool contains(const KeySchema& schema, const std::string& name) {
    const auto named = [&](const KeyAttribute& attribute) { return attribute.name == name; };
    return std::any_of(schema.partition.begin(), schema.partition.end(), named) ||
           std::any_of(schema.sort.begin(), schema.sort.end(), named);
}

bool isProjected(const TableDefinition& table, const IndexDefinition& index, const std::string& name) {
    const auto& included = index.nonKeyAttributes;
    return index.projection == ProjectionType::all || contains(table.key, name) || contains(index.key, name) ||
           std::find(included.begin(), included.end(), name) != included.end();
}

void addOnce(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::string listed(const std::vector<std::string>& names) {
    std::string text = "[";
    for (const std::string& name : names) {
        if (text.size() > 1) text += ", ";
        text += name;
    }
    return text + ']';
}

void collectNames(const Expr& expr, std::vector<std::string>& names) {
    if (expr.kind == Kind::path) addOnce(names, expr.path[0].name);
    for (const Expr& operand : expr.operands) collectNames(operand, names);
}

// nullptr: the table itself.
Result<const IndexDefinition*> findIndex(const Select& select, const TableDefinition& table) {
    if (select.source.index.empty()) return nullptr;
    for (const IndexDefinition& index : table.indexes) {
        if (index.name != select.source.index) continue;
        if (index.key.partition.size() > 1 || index.key.sort.size() > 1) {
            return invalid(
                "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute "
                "RANGE keys.");
        }
        return &index;
    }
    return invalid("The table does not have the specified index");
}

// What a column is called: its last name and the indexes behind it.
std::string columnName(const DocumentPath& path) {
    std::string name;
    for (const PathElement& element : path) {
        if (element.index) {
            name.append("[").append(std::to_string(*element.index)).append("]");
        } else {
            name = element.name;
        }
    }
    return name;
}

std::vector<Column> columnsOf(const Select& select) {
    std::vector<Column> columns;
    for (const Expr& column : select.columns) columns.push_back({columnName(column.path), column.path});
    return columns;
}

// The attributes a SELECT asks for, as a projection expression; empty for all.
std::string projectionOf(const Select& select, ExpressionWriter& writer) {
    std::vector<std::string> names;
    for (const Expr& column : select.columns) addOnce(names, column.path[0].name);
    std::string text;
    for (const std::string& name : names) {
        if (!text.empty()) text += ", ";
        text += writer.path({{name, std::nullopt}});
    }
    return text;
}

// Takes a compiled expression, or its error as PartiQL words it.
template <class Compiled>
Result<void> take(Result<Compiled> compiled, std::optional<Compiled>& into) {
    if (!compiled) return fail(withoutExpressionKind(std::move(compiled).error()));
    into = *std::move(compiled);
    return {};
}

// The expressions of one request; empty texts are none.
Result<Precompiled> compiled(const std::string& keyCondition, const std::string& filter, const std::string& projection,
                             const ExpressionParameters& parameters) {
    ParameterUse use(parameters);
    auto expressions = std::make_shared<CompiledExpressions>();
    if (!keyCondition.empty()) DRYDOCK_TRY(take(compileKeyCondition(keyCondition, use), expressions->keyRange));
    if (!filter.empty()) DRYDOCK_TRY(take(Condition::compile(filter, use, "FilterExpression"), expressions->condition));
    if (!projection.empty()) DRYDOCK_TRY(take(Projection::compile(projection, use), expressions->projection));
    return Precompiled(std::move(expressions));
}

// What one query reads: one branch, or several of one partition that may have items in common.
struct KeyRead {
    std::vector<Branch> branches;
    KeyRange range;
    KeyBounds bounds;

    [[nodiscard]] const AttributeValue& partition() const { return *branches.front().partition; }
};

Result<KeyRead> keyRead(const KeyBranches& keys, const KeySchema& schema, std::vector<Branch> branches) {
    KeyRead read;
    DRYDOCK_ASSIGN(read.range, keys.rangeOf(branches.front()));
    if (branches.size() > 1) read.range.parts.resize(1);
    DRYDOCK_ASSIGN(read.bounds, boundsOf(schema, read.range));
    read.branches = std::move(branches);
    return read;
}

// Alternatives with items in common are refused; but where one of a partition says what the sort key is not, all of
// the partition's are read at once.
Result<std::vector<KeyRead>> keyReads(const KeyBranches& keys, const KeySchema& schema, std::vector<Branch> branches) {
    std::vector<std::vector<Branch>> partitions;
    for (Branch& branch : branches) {
        auto same = std::find_if(partitions.begin(), partitions.end(), [&](const std::vector<Branch>& each) {
            return *each.front().partition == *branch.partition;
        });
        if (same == partitions.end()) same = partitions.insert(same, std::vector<Branch>());
        same->push_back(std::move(branch));
    }
    std::vector<KeyRead> reads;
    for (std::vector<Branch>& partition : partitions) {
        const std::size_t first = reads.size();
        const bool atOnce =
            std::any_of(partition.begin(), partition.end(), [](const Branch& branch) { return branch.negatesSort; });
        if (atOnce) {
            DRYDOCK_ASSIGN(KeyRead read, keyRead(keys, schema, std::move(partition)));
            reads.push_back(std::move(read));
            continue;
        }
        for (Branch& branch : partition) {
            DRYDOCK_ASSIGN(KeyRead read, keyRead(keys, schema, {std::move(branch)}));
            for (std::size_t i = first; i < reads.size(); ++i) {
                if (read.bounds.lower < reads[i].bounds.upper && reads[i].bounds.lower < read.bounds.upper)
                    return invalid("Overlapping conditions with range keys are not supported in where clause");
            }
            reads.push_back(std::move(read));
        }
    }
    return reads;
}

class SelectPlanner {
public:
    SelectPlanner(const Select& select, const PlanContext& context, const IndexDefinition* index)
        : m_select(select),
          m_context(context),
          m_index(index),
          m_schema(index != nullptr ? index->key : context.table.key),
          m_keys(m_schema, context) {}

    Result<ReadPlan> plan() {
        DRYDOCK_TRY(checkColumns());
        DRYDOCK_ASSIGN(std::vector<KeyRead> reads, whereReads());
        DRYDOCK_TRY(checkOrder(reads));
        ReadPlan result;
        result.columns = columnsOf(m_select);
        if (reads.empty()) {
            DRYDOCK_ASSIGN(ScanRequest scan, scanRequest());
            result.reads.emplace_back(std::move(scan));
            return result;
        }
        if (m_select.where->kind != Kind::anyOf) DRYDOCK_TRY(checkFilterNames(reads.front()));
        sort(reads);
        for (const KeyRead& read : reads) {
            DRYDOCK_ASSIGN(Read request, keyedRequest(read));
            result.reads.push_back(std::move(request));
        }
        return result;
    }

private:
    // A global index answers with what it has and nothing else.
    Result<void> checkColumns() const {
        if (m_index == nullptr || m_index->local) return {};
        if (m_context.consistentRead)
            return invalid("Strongly consistent read is not supported on Global Secondary Indexes");
        std::vector<std::string> missing;
        for (const Expr& column : m_select.columns) {
            const std::string& name = column.path[0].name;
            if (!isProjected(m_context.table, *m_index, name)) addOnce(missing, name);
        }
        if (missing.empty()) return {};
        return invalid("One or more parameter values were invalid: Global secondary index " + m_index->name +
                       " does not project " + listed(missing));
    }

    Result<std::vector<KeyRead>> whereReads() {
        if (!m_select.where) return std::vector<KeyRead>();
        DRYDOCK_ASSIGN(std::vector<Branch> branches, m_keys.of(*m_select.where));
        DRYDOCK_TRY(m_keys.checkTypes(branches));
        return keyReads(m_keys, m_schema, std::move(branches));
    }

    [[nodiscard]] const OrderTerm* orderOf(const std::vector<KeyAttribute>& attributes) const {
        for (const OrderTerm& term : m_select.orderBy) {
            if (!attributes.empty() && term.attribute == attributes[0].name) return &term;
        }
        return nullptr;
    }

    Result<void> checkOrder(const std::vector<KeyRead>& reads) const {
        if (m_select.orderBy.empty()) return {};
        if (!m_select.where) return invalid("Must have WHERE clause in the statement when using ORDER BY clause.");
        for (const OrderTerm& term : m_select.orderBy) {
            if (!contains(m_schema, term.attribute)) {
                return invalid("Attribute " + term.attribute + " in ORDER BY clause must be part of the primary key");
            }
        }
        if (reads.empty()) {
            return invalid(
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
        }
        const bool several = std::any_of(reads.begin(), reads.end(), [&](const KeyRead& read) {
            return read.partition() != reads.front().partition();
        });
        if (several && orderOf(m_schema.partition) == nullptr) {
            return invalid(
                "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE "
                "clause.");
        }
        return {};
    }

    // Ordered by the partition key only, the service's sort keys descend.
    [[nodiscard]] bool forward() const {
        if (m_select.orderBy.empty()) return true;
        const OrderTerm* term = orderOf(m_schema.sort);
        return term != nullptr && !term->descending;
    }

    void sort(std::vector<KeyRead>& reads) const {
        if (m_select.orderBy.empty()) return;
        const OrderTerm* term = orderOf(m_schema.partition);
        const bool partitionsFall = term != nullptr && term->descending;
        const bool sortsRise = forward();
        std::stable_sort(reads.begin(), reads.end(), [&](const KeyRead& a, const KeyRead& b) {
            if (a.partition() == b.partition())
                return sortsRise ? a.bounds.lower < b.bounds.lower : b.bounds.lower < a.bounds.lower;
            return partitionsFall ? b.bounds.lower < a.bounds.lower : a.bounds.lower < b.bounds.lower;
        });
    }

    // An index's query decides by what the index has; alternatives are not looked into.
    Result<void> checkFilterNames(const KeyRead& read) const {
        if (m_index == nullptr) return {};
        std::vector<std::string> names;
        for (const Branch& branch : read.branches) {
            for (const Expr* condition : branch.rest) collectNames(*condition, names);
        }
        names.erase(
            std::remove_if(names.begin(), names.end(),
                           [&](const std::string& name) { return isProjected(m_context.table, *m_index, name); }),
            names.end());
        if (names.empty()) return {};
        return invalid("One or more parameter values were invalid: Secondary index " + m_index->name +
                       " does not project one or more filter attributes: " + listed(names));
    }

    Result<ScanRequest> scanRequest() const {
        ScanRequest scan;
        scan.table = m_context.table.name;
        scan.index = m_select.source.index;
        scan.consistentRead = m_context.consistentRead;
        ExpressionWriter writer(m_context.parameters);
        if (m_select.where) {
            DRYDOCK_ASSIGN(scan.filter, writer.condition(*m_select.where));
        }
        scan.projection = projectionOf(m_select, writer);
        scan.parameters = writer.parameters();
        DRYDOCK_ASSIGN(scan.compiled, compiled({}, scan.filter, scan.projection, scan.parameters));
        return scan;
    }

    Result<Read> keyedRequest(const KeyRead& read) const {
        const Branch& first = read.branches.front();
        const bool wholeRange = read.range.parts.size() == 1;  // no sort condition is the range's
        const std::size_t taken = wholeRange ? 0 : 1;
        const bool one = read.branches.size() == 1;
        if (m_index == nullptr && one && m_keys.namesItem(first) && first.rest.empty() && first.sort.size() == taken) {
            DRYDOCK_ASSIGN(GetRequest get, getRequest(read.range));
            return Read(std::move(get));
        }
        QueryRequest query;
        query.table = m_context.table.name;
        query.index = m_select.source.index;
        query.forward = forward();
        query.consistentRead = m_context.consistentRead;
        query.filterOnKeys = true;
        ExpressionWriter writer(m_context.parameters);
        query.keyCondition =
            writer.path({{m_schema.partition[0].name, std::nullopt}}) + " = " + writer.value(read.range.parts[0].first);
        if (!wholeRange) {
            DRYDOCK_ASSIGN(const std::string sort, writer.condition(*first.sort.front()));
            query.keyCondition += " AND " + sort;
        }
        DRYDOCK_ASSIGN(query.filter, filterOf(read, taken, writer));
        query.projection = projectionOf(m_select, writer);
        query.parameters = writer.parameters();
        DRYDOCK_ASSIGN(query.compiled, compiled(query.keyCondition, query.filter, query.projection, query.parameters));
        return Read(std::move(query));
    }

    // What the key condition does not say: any of the branches. The first `taken` sort conditions are the range's.
    static Result<std::string> filterOf(const KeyRead& read, std::size_t taken, ExpressionWriter& writer) {
        std::string filter;
        for (const Branch& branch : read.branches) {
            std::vector<const Expr*> conditions(branch.sort.begin() + static_cast<std::ptrdiff_t>(taken),
                                                branch.sort.end());
            conditions.insert(conditions.end(), branch.rest.begin(), branch.rest.end());
            if (conditions.empty()) return std::string();
            DRYDOCK_ASSIGN(const std::string text, writer.allOf(conditions));
            if (!filter.empty()) filter += " OR ";
            filter += text;
        }
        return filter;
    }

    Result<GetRequest> getRequest(const KeyRange& range) const {
        GetRequest get;
        get.table = m_context.table.name;
        for (const KeyRange::Part& part : range.parts) get.key.set(part.name, part.first);
        ExpressionWriter writer(m_context.parameters);
        get.projection = projectionOf(m_select, writer);
        get.parameters = writer.parameters();
        DRYDOCK_ASSIGN(get.compiled, compiled({}, {}, get.projection, get.parameters));
        return get;
    }

    const Select& m_select;
    const PlanContext& m_context;
    const IndexDefinition* m_index;
    const KeySchema& m_schema;
    KeyBranches m_keys;
};

}  // namespace

Result<ReadPlan> planSelect(const Select& select, const PlanContext& context) {
    DRYDOCK_ASSIGN(const IndexDefinition* index, findIndex(select, context.table));
    return SelectPlanner(select, context, index).plan();
}

Result<GetPlan> planGet(const Select& select, const PlanContext& context, GetUse use) {
    const char* api = use == GetUse::batch ? "BatchExecuteStatement" : "ExecuteTransaction";
    const auto refused = [&] {
        return invalid(std::string("Select statements within ") + api +
                       " must specify the primary key in the where clause.");
    };
    if (use == GetUse::transaction && !select.source.index.empty())
        return invalid("Reads on indices are not supported within transactions.");
    DRYDOCK_ASSIGN(const IndexDefinition* index, findIndex(select, context.table));
    if (index != nullptr || !select.where) return refused();
    KeyBranches keys(context.table.key, context);
    DRYDOCK_ASSIGN(const std::vector<Branch> branches, keys.of(*select.where));
    // Several are no single item; that they overlap is said first.
    if (branches.size() > 1) DRYDOCK_TRY(keyReads(keys, context.table.key, branches));
    if (branches.size() != 1 || !keys.namesItem(branches[0]) || !branches[0].rest.empty()) return refused();
    GetPlan plan;
    DRYDOCK_ASSIGN(const KeyRange range, keys.rangeOf(branches[0]));
    for (const Expr* condition : branches[0].sort) {
        Branch other = branches[0];
        other.sort = {condition};
        DRYDOCK_ASSIGN(const KeyRange repeated, keys.rangeOf(other));
        if (repeated.parts.back().op != KeyRange::Operator::equal ||
            repeated.parts.back().first != range.parts.back().first) {
            return refused();
        }
    }
    plan.columns = columnsOf(select);
    plan.request.table = context.table.name;
    for (const KeyRange::Part& part : range.parts) plan.request.key.set(part.name, part.first);
    ExpressionWriter writer(context.parameters);
    plan.request.projection = projectionOf(select, writer);
    plan.request.parameters = writer.parameters();
    DRYDOCK_ASSIGN(plan.request.compiled, compiled({}, {}, plan.request.projection, plan.request.parameters));
    return plan;
}

Item selected(const std::vector<Column>& columns, Item item) {
    if (columns.empty()) return item;
    Item answer;
    for (const Column& column : columns) {
        if (const AttributeValue* value = resolve(column.path, item)) answer.set(column.name, *value);
    }
    return answer;
}

}  // namespace drydock::storage::partiql
