//! The register of personal data in words: what people read in the copy of theirs.

mod members;

use infra::register::{Retention, Withheld};

pub use members::member;

/// What a table tells of somebody.
pub fn table(name: &str) -> &'static str {
    match name {
        "persons" => "个人资料",
        "corrections" => "身份信息的更正",
        "relatives" => "登记的亲属关系",
        "mandates" => "委托",
        "consents" => "单独同意",
        "accounts" => "工作账号",
        "second_factors" => "动态验证码",
        "staff_wechats" => "工作账号绑定的微信",
        "staff_subjects" => "工作账号绑定的统一身份",
        "shifts" => "递送班次",
        "cases" => "办件",
        "plan_inputs" => "办理方案的依据",
        "case_events" => "办理过程",
        "case_answers" => "申请表内容",
        "notes" => "告知和说明",
        "evaluations" => "评价",
        "rectification_steps" => "差评整改过程",
        "rectification_replies" => "差评整改答复",
        "farming" => "评价线索核查",
        "staff_devices" => "登录过的设备",
        "uploads" => "上传的材料",
        "documents" => "文书",
        "certificates" => "证明",
        "legs" => "递送",
        "audit_log" => "查看记录中写明的用途",
        "outbox" => "通知",
        "outbox_tries" => "通知的发送方式",
        "subscriptions" => "允许的微信通知",
        "errands" => "站点电话或上门告知",
        "tickets" => "大厅排队",
        "appointments" => "预约",
        "sessions" => "登录记录",
        "face_checks" => "人脸核验记录",
        "idempotency_keys" => "近期操作的答复",
        _unknown => "其他",
    }
}

/// What a column tells.
pub fn column(table: &str, column: &str) -> &'static str {
    match (table, column) {
        ("persons", "name") => "姓名",
        ("persons", "citizen_id") => "公民身份号码",
        ("persons", "phone") => "电话",
        ("persons", "ethnicity") => "民族",
        ("persons", "registered") => "户籍地编码",
        ("persons", "residence") => "常住地编码",
        ("persons", "address") => "住址",
        ("persons", "household") => "户号",
        ("persons", "openid") => "微信账号标识",
        ("persons", "sign_in_phone") => "登录手机号",
        ("persons", "proof") => "实名核验方式",
        ("face_checks", "state") => "结果",
        ("face_checks", "checked") => "核验内容",
        ("corrections", "before") => "更正前",
        ("corrections", "after") => "更正后",
        ("relatives", "kinship") => "亲属关系",
        ("mandates", "scope") => "委托范围",
        ("mandates", "witnessing") => "确认方式",
        ("mandates", "entered_by") => "登记的站点",
        ("mandates", "revoked") => "取消情况",
        ("consents", "kind") => "同意使用的信息",
        ("consents", "given") => "同意方式",
        ("consents", "ended") => "撤回情况",
        ("accounts", "login") => "账号名",
        ("staff_wechats", "openid") => "微信账号标识",
        ("staff_subjects", "subject") => "统一身份标识",
        ("shifts", "hours") => "班次时间",
        ("cases", "organisation") => "单位名称",
        ("cases", "plan") => "办理方案",
        ("plan_inputs", "content") => "当时的条件",
        ("case_events", "by") => "经办",
        ("case_events", "content") => "事项",
        ("case_answers", "content") => "填写内容",
        ("notes", "content") => "说明内容",
        ("evaluations", "text") => "评价内容",
        ("rectification_steps", "by") => "经办",
        ("rectification_steps", "content") => "事项",
        ("rectification_replies", "text") => "答复内容",
        ("rectification_replies", "published") => "公开的答复",
        ("farming", "note") => "核查情况",
        ("uploads" | "documents", "sha256") => "文件校验值",
        ("certificates", "holder") => "持有人（隐去部分）",
        ("audit_log", "purpose_words") => "用途",
        ("outbox", "content") => "通知内容",
        ("outbox_tries", "channel") => "方式",
        ("outbox_tries" | "errands", "state") => "结果",
        ("subscriptions", "template") => "消息模板编号",
        ("subscriptions", "kind") => "允许的方式",
        ("errands", "station") => "站点编码",
        ("errands", "attempts") => "联系经过",
        ("tickets", "number") => "排队号",
        ("tickets", "kind") => "业务类别",
        ("tickets" | "appointments", "station") => "站点编码",
        ("tickets" | "appointments", "state") => "结果",
        ("appointments", "item") => "事项编码",
        ("appointments", "called_off") => "站点取消的原因",
        ("sessions", "device") => "登录设备",
        ("sessions", "end_why") => "退出原因",
        ("idempotency_keys", "body") => "答复内容",
        _unknown => "其他",
    }
}

/// How long it is kept.
pub fn retention(retention: Retention) -> &'static str {
    match retention {
        Retention::Person => "保存到您要求删除为止",
        Retention::PersonAndCases => "保存到您要求删除、并且办件档案保存期满为止",
        Retention::Case => "随办件档案保存，期满删除；没有用到的上传件一周后删除",
        Retention::Device => "保存三个月左右，用于发现刷评",
        Retention::News => "保存一年左右（不超过办件档案的保存期）",
        Retention::Handover => "材料交接完成即失效，随办件档案删除",
        Retention::Repetition => "保存两天左右，防止重复提交",
        Retention::Visit => "保存三个月左右，用于改进排队和预约",
        Retention::Account => "账号存续期间保存",
        Retention::Session => "登录有效期间保存，结束后一个月左右删除",
        Retention::Audit => "审计日志依法留存，不能修改删除",
    }
}

/// Why something isn't in the copy.
pub fn withheld(why: Withheld) -> &'static str {
    match why {
        Withheld::Derived => "由其他内容计算得来，用于查找和校验，不含新的信息",
        Withheld::Secret => "相当于口令，为保护您的安全不随副本提供",
    }
}

#[cfg(test)]
mod tests {
    use infra::register::{Copy, PERSONAL};

    use super::*;

    #[test]
    fn all_that_a_copy_gives_has_its_words() {
        for entry in PERSONAL {
            let (table_name, column_name) = (entry.column.table, entry.column.column);
            assert_ne!(table(table_name), "其他", "{table_name}");
            if !matches!(entry.copy, Copy::Withheld(_)) {
                assert_ne!(column(table_name, column_name), "其他", "{}", entry.column);
            }
        }
    }
}
