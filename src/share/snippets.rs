//! What a teacher pastes into a course: the same frame for each of the tools that courses are made with.
//!
//! Each form was written for what the tool does with HTML: some take it as it is, some only through a
//! short code of theirs. Leaves out: plugins; nothing needs to be installed anywhere.

/// A frame with the laboratory in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The whole address.
    pub address: String,
    /// What a screen reader calls it.
    pub title: String,
    /// In pixels.
    pub height: u32,
}

/// A way to put the frame into a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snippet {
    /// Plain HTML.
    Html,
    /// The HTML view of Moodle's editor.
    Moodle,
    /// An iDevice of eXeLearning.
    ExeLearning,
    /// MDX, where attributes have other names.
    Docusaurus,
    /// A page of Hugo, whose Markdown refuses HTML.
    Hugo,
    /// A page of `MkDocs`.
    MkDocs,
    /// A page of Jekyll.
    Jekyll,
    /// The block for HTML of `WordPress`.
    WordPress,
    /// Where no frame is allowed: a link.
    Markdown,
}

impl Snippet {
    /// In the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Html,
        Self::Moodle,
        Self::ExeLearning,
        Self::Docusaurus,
        Self::Hugo,
        Self::MkDocs,
        Self::Jekyll,
        Self::WordPress,
        Self::Markdown,
    ];

    /// The tool's own name, in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Moodle => "Moodle",
            Self::ExeLearning => "eXeLearning",
            Self::Docusaurus => "Docusaurus",
            Self::Hugo => "Hugo",
            Self::MkDocs => "MkDocs",
            Self::Jekyll => "Jekyll",
            Self::WordPress => "WordPress",
            Self::Markdown => "Markdown",
        }
    }

    /// The text to paste.
    pub fn text(self, frame: &Frame) -> String {
        let html = |attributes: &str| {
            format!(
                "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"{}\" {attributes}></iframe>",
                escape(&frame.address),
                escape(&frame.title),
                frame.height
            )
        };
        let plain = || html("loading=\"lazy\" allow=\"clipboard-write\" style=\"border:0;border-radius:8px\"");
        match self {
            Self::Html | Self::Jekyll => plain(),
            Self::MkDocs => format!("<div markdown=\"0\">\n{}\n</div>", plain()),
            Self::WordPress => format!("<!-- wp:html -->\n{}\n<!-- /wp:html -->", plain()),
            // Their editors drop styles that they don't know; these attributes they keep.
            Self::Moodle | Self::ExeLearning => {
                html("loading=\"lazy\" allow=\"clipboard-write\" frameborder=\"0\" allowfullscreen=\"allowfullscreen\"")
            }
            Self::Docusaurus => html("loading=\"lazy\" allow=\"clipboard-write\" style={{border: 0, borderRadius: 8}}"),
            Self::Hugo => format!(
                "<!-- layouts/shortcodes/job-lab.html -->\n\
                 <iframe src=\"{{{{ .Get \"src\" | safeURL }}}}\" title=\"{{{{ .Get \"title\" }}}}\" width=\"100%\" \
                 height=\"{}\" loading=\"lazy\" allow=\"clipboard-write\" style=\"border:0\"></iframe>\n\n\
                 <!-- content/….md -->\n\
                 {{{{< job-lab src=\"{}\" title=\"{}\" >}}}}",
                frame.height,
                frame.address,
                frame.title.replace('"', "'")
            ),
            Self::Markdown => format!("[{}](<{}>)", frame.title.replace(['[', ']'], ""), frame.address),
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::{Frame, Snippet};

    fn frame() -> Frame {
        Frame {
            address: "https://aula.example/lab/?embed=1&lang=es#v=1&m=S8nMS1XISU0s".to_owned(),
            title: "Laboratorio \"Jobs\"".to_owned(),
            height: 520,
        }
    }

    #[test]
    fn html_escapes_what_it_must() {
        let text = Snippet::Html.text(&frame());
        assert!(text.starts_with("<iframe src=\"https://aula.example/lab/?embed=1&amp;lang=es#v=1&amp;m="), "{text}");
        assert!(text.contains("title=\"Laboratorio &quot;Jobs&quot;\""));
        assert!(text.contains("height=\"520\""));
    }

    #[test]
    fn every_tool_gets_the_address_once_and_a_title() {
        for snippet in Snippet::ALL {
            let text = snippet.text(&frame());
            assert_eq!(text.matches("https://aula.example/lab/").count(), 1, "{text}");
            assert!(text.contains("Laboratorio"), "{text}");
        }
    }

    #[test]
    fn each_tool_gets_what_it_understands() {
        assert!(Snippet::Docusaurus.text(&frame()).contains("style={{border: 0"));
        assert!(Snippet::Hugo.text(&frame()).contains("{{< job-lab src="));
        assert!(Snippet::Hugo.text(&frame()).contains("{{ .Get \"src\" | safeURL }}"));
        assert!(Snippet::Markdown.text(&frame()).starts_with("[Laboratorio \"Jobs\"](<https://"));
        assert!(!Snippet::Moodle.text(&frame()).contains("style="));
    }
}
